import { invalid, type InputPath } from '../../../../kernel/errors/index.js';
import type { FactRevision } from '../../engine/index.js';
import { decodeRevision, encodeRevision } from '../revision-token.js';

/** A moment of the past, as a caller names it. */
export interface AsOfInput {
  /** Revision of an earlier answer about the same Space: the facts are those of this revision. */
  readonly revision?: string | null;
  /** The facts are the newest of this time, unless a revision names them; starts and ends are compared with this clock. */
  readonly time?: Date | null;
}

/** What an {@link AsOfInput} asks for. */
export interface AskedMoment {
  readonly revision?: FactRevision;
  /** Milliseconds since the epoch. */
  readonly time?: number;
  /** Where it stands in the input. */
  readonly path: InputPath;
}

/**
 * Reads which moment of the past is meant; absent for the present.
 *
 * @param spaceId - the Space that is asked about
 * @throws PolityError `VALIDATION_FAILED` naming the path for a moment that says nothing, lies in the future, or is none of this Space
 */
export function readAsOf(input: AsOfInput | null | undefined, spaceId: string, now: number, path: InputPath): AskedMoment | undefined {
  if (input === undefined || input === null) return undefined;
  const token = input.revision ?? undefined;
  const time = input.time?.getTime();
  if (token === undefined && time === undefined) throw invalid(path, 'Name a revision, a time, or both.');
  if (time !== undefined && time > now) throw invalid([...path, 'time'], 'This time has not come yet.');
  const clock = time === undefined ? {} : { time };
  return token === undefined ? { ...clock, path } : { ...clock, revision: revisionHere(token, spaceId, [...path, 'revision']), path };
}

// A token of another Space names a revision that means nothing here.
function revisionHere(token: string, spaceId: string, path: InputPath): FactRevision {
  const revision = decodeRevision(token, spaceId, path);
  if (encodeRevision(spaceId, revision) !== token) throw invalid(path, 'This is a revision of another Space.');
  return revision;
}
