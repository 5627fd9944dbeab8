import { ArgsType, Field, Int } from 'type-graphql';
import type { PageInput } from '../services/lists.js';

/** Relay paging arguments; extend it to add filters. */
@ArgsType()
export class PageArgs implements PageInput {
  @Field(() => Int, { nullable: true, description: 'Rows from the start or after the cursor, at most 200 (50 when absent).' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor to continue after.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'Rows from the end or before the cursor, at most 200.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor to continue before.' })
  before?: string | null;
}
