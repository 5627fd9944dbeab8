import { invalid, type InputPath } from '../../../../kernel/errors/index.js';
import { isId } from '../../../../kernel/ids/index.js';
import type { AskedByName, Caller } from '../../../shared/contracts/index.js';

/** Most bytes of a type or of the key of an action. */
export const MOST_TYPE_BYTES = 128;
/** Most bytes of an id or an external id. */
export const MOST_ID_BYTES = 512;

/**
 * Checks a name of a request: such as can be looked for and written down. Whether it stands for anything is seen later.
 *
 * @param member - the name is a member of this member of what stands at the path
 * @throws PolityError `VALIDATION_FAILED` naming the path
 */
export function assertName(text: string, mostBytes: number, path: InputPath, member: string, name: string): void {
  if (text === '' || Buffer.byteLength(text) > mostBytes || text.includes('\0') || !text.isWellFormed()) {
    throw invalid([...path, member, name], `A name has 1 to ${mostBytes} bytes of Unicode text without NUL.`);
  }
}

/** The Space that a question is about: the one it names, else the one that the caller belongs to. */
export function spaceOf(caller: Caller, { spaceId, path = [] }: AskedByName): string {
  if (spaceId !== undefined) {
    if (!isId(spaceId)) throw invalid([...path, 'context', 'space'], 'This is no id of a Space.');
    return spaceId;
  }
  const own = caller.actor?.spaceId ?? caller.grants[0]?.spaceId;
  if (own === undefined || (caller.actor === undefined && caller.grants.some((grant) => grant.spaceId !== own))) {
    throw invalid([...path, 'context', 'space'], 'The Space must be named: this caller belongs to no Space, or to several.');
  }
  return own;
}
