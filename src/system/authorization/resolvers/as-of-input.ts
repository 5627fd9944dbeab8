import { Field, InputType } from 'type-graphql';
import { DateTimeScalar } from '../../shared/resolvers/index.js';

@InputType({
  description: `A moment of the past; name a revision, a time, or both. The facts are those of the revision, or else the newest that were recorded
at or before the time; starts and ends are compared with the time, or else with the clock of the request. To ask a recorded decision again, name
its revision and its clock. Rights to ask are those of today, and Groups of then are held against them where they lie now: one that is gone needs
the right to the whole Space.`.replaceAll('\n', ' '),
})
export class AsOfInput {
  @Field(() => String, { nullable: true, description: 'A revision that an answer about the same Space gave.' })
  revision?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'A time that is not in the future.' })
  time?: Date | null;
}
