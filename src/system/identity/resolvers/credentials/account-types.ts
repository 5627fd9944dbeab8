import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType('Account', { simpleResolvers: true, description: 'A User as it sees itself: what a person gets who signs in or takes up a link.' })
export class Account {
  @Field(() => ID, { description: 'Id of the User.' })
  id!: string;

  @Field(() => String, { description: 'Address that it signs in with.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'Name for people.' })
  displayName?: string | null;
}
