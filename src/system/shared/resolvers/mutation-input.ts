import { Field, InputType, Int } from 'type-graphql';

/** Base of every mutation input. */
@InputType()
export abstract class MutationInput {
  @Field(() => String, { nullable: true, description: 'Sent again by the same caller within 24 hours, the mutation acts once and answers the same.' })
  idempotencyKey?: string | null;
}

/** Base of inputs that change one existing object. */
@InputType()
export abstract class ChangeInput extends MutationInput {
  @Field(() => Int, { nullable: true, description: 'Version that was read; the change is refused with CONFLICT when the object has another.' })
  expectedVersion?: number | null;
}
