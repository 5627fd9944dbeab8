import { Field, ObjectType, type ClassType } from 'type-graphql';
import { ListSize } from './cost.js';

@ObjectType({ simpleResolvers: true, description: 'What was wrong with an input; nothing was changed.' })
export class UserError {
  @Field(() => String, { description: 'Stable code, such as GROUP_NOT_FOUND.' })
  code!: string;

  @Field(() => String, { description: 'A sentence for people.' })
  message!: string;

  @Field(() => [String], { description: 'Path of the input that is wrong.' })
  path!: string[];
}

/** Type, description and nullability of one payload field. */
export interface PayloadField {
  readonly type: () => unknown;
  readonly description: string;
}

/** Makes the payload type of a mutation: the given nullable fields and `errors`. */
export function payload(name: string, fields: Readonly<Record<string, PayloadField>>): ClassType<object> {
  @ObjectType(name, { simpleResolvers: true, description: `Answer of ${name.charAt(0).toLowerCase()}${name.slice(1).replace(/Payload$/, '')}.` })
  class Payload {
    @ListSize({ assumedSize: 5 })
    @Field(() => [UserError], { description: 'Empty when the mutation acted.' })
    errors!: UserError[];
  }
  for (const [field, { type, description }] of Object.entries(fields)) {
    Field(type as () => ClassType, { nullable: true, description })(Payload.prototype, field);
  }
  return Payload;
}
