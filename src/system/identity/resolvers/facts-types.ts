import { Field, ID, InputType, Int } from 'type-graphql';
import { MutationInput, payload } from '../../shared/resolvers/index.js';

@InputType({ description: 'Facts to take in bulk.' })
export class ImportFactsInput extends MutationInput {
  @Field(() => ID, { description: 'The Space that the facts belong to.' })
  spaceId!: string;

  @Field(() => String, {
    description: 'One JSON object per line with its kind: user, permission, group, member, role, user_member, role_permission, role_inheritance, '
      + 'member_role, separation_rule. A line states the whole fact and refers only to what is stored or stands on an earlier line. At most 20,000 lines; send a longer file in chunks.',
  })
  jsonl!: string;

  @Field(() => Boolean, { nullable: true, description: 'Check everything and apply nothing.' })
  dryRun?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Number of the first line when the text is a chunk of a longer file; 1 when absent.' })
  firstLine?: number | null;
}

export const ImportFactsPayload = payload('ImportFactsPayload', {
  dryRun: { type: () => Boolean, description: 'Nothing was applied because nothing was asked to be.' },
  lines: { type: () => Int, description: 'Facts in the text.' },
  created: { type: () => Int, description: 'Facts that were not there before.' },
  updated: { type: () => Int, description: 'Facts that were there and differed.' },
  unchanged: { type: () => Int, description: 'Facts that were there already.' },
  sha256: { type: () => String, description: 'SHA-256 of the text in hexadecimal digits, as in the audit event.' },
});

// Without an idempotency key: an export changes nothing, and its answer would be too large to keep.
@InputType({ description: 'Which Space to export, and from where on.' })
export class ExportSpaceInput {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => Int, { nullable: true, description: 'Lines of this page, at most 10,000 (10,000 when absent).' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'endCursor of the page before.' })
  after?: string | null;
}

export const ExportSpacePayload = payload('ExportSpacePayload', {
  jsonl: { type: () => String, description: 'Facts, one JSON object per line, in an order that importFacts accepts.' },
  lines: { type: () => Int, description: 'Facts in this page.' },
  sha256: { type: () => String, description: 'SHA-256 of jsonl in hexadecimal digits, as in the audit event.' },
  hasNextPage: { type: () => Boolean, description: 'There are facts after this page.' },
  endCursor: { type: () => String, description: 'Pass it as after for the next page.' },
});
