import type { Facts, FactRevision, TraceNames } from '../engine/index.js';
import type { FactRequest } from './fact-source.js';

/** A place that a request names; the caller must hold `authz:check` there. */
export interface NamedPlace {
  readonly spaceId: string;
  readonly groupId?: string;
  readonly groupPath?: string;
}

/** Facts that came with a request. */
export type InlineFacts = Partial<Pick<Facts, 'user' | 'member' | 'userMember' | 'space' | 'resource' | 'group' | 'grants'>>;

/** What a request called a subject or a resource of which there is none: sealed in the log, because anybody may have typed it. */
export interface UnknownNames {
  readonly subject?: string;
  readonly resource?: string;
}

/** One question, checked and complete: what to read, what came with it, and where its caller must have the right to ask. */
export interface Ask extends FactRequest {
  /** Places that the input names; for a stored target the place is known when its facts are. */
  readonly places: readonly NamedPlace[];
  readonly inline: InlineFacts;
  /** Names that came with the request; they are shown in its trace and stored nowhere. */
  readonly names: TraceNames;
  readonly atLeast?: FactRevision;
  /** Given for a question in the names of another system: those of them that stand for nothing here. */
  readonly named?: UnknownNames;
  /** Path of the question in the input, for errors. */
  readonly path: readonly (string | number)[];
}
