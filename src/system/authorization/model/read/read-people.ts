import type { BindingEntry, GroupEntry, MemberEntry, SpaceEntry, UserEntry } from '../model.js';
import { email, EXTERNAL_ID, keyOf, moment, NAME, nameKey, ruleKey } from '../text-checks.js';
import { Fields } from '../yaml/fields.js';
import type { Problems } from '../yaml/problems.js';
import { present, readEntries, readRef } from './entries.js';

const STATUSES = ['active', 'disabled'] as const;
const RELATIONS = ['login', 'delegate', 'external', 'service', 'temporary', 'self'] as const;
/** Levels of a tree of Groups, as the database takes them. */
const MOST_LEVELS = 32;
const LONGEST_PATH = 2_048;

/** Reads the Space of the data: its key, or its key and status. */
export function readSpace(fields: Fields, problems: Problems): SpaceEntry | undefined {
  const node = fields.node('space');
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') {
    const key = fields.text('space', keyOf('space'));
    return key === undefined ? undefined : { at: node.place, key, status: 'active' };
  }
  const own = Fields.of(node, problems, 'The Space');
  const key = own?.required('key', keyOf('space'));
  const status = own?.word('status', ['active', 'disabled', 'deleting']) ?? 'active';
  own?.end();
  return key && { at: node.place, key: key.text, status };
}

/** Reads a tree of Groups: each has those below it in `groups`. */
export function readGroups(fields: Fields, problems: Problems): Map<string, GroupEntry> {
  const groups = new Map<string, GroupEntry>();
  const readLevel = (level: Fields, above: string, depth: number): void => {
    readEntries(level, 'groups', ruleKey, 'A Group', problems, (key, own, at) => {
      const path = above === '' ? key : `${above}.${key}`;
      if (depth > MOST_LEVELS || path.length > LONGEST_PATH) return problems.add(at, `A tree has at most ${MOST_LEVELS} levels, and a path ${LONGEST_PATH} characters.`);
      groups.set(path, { path, at, status: own.word('status', STATUSES) ?? 'active', ...present({ name: own.text('name', NAME) }) });
      readLevel(own, path, depth + 1);
      return path;
    });
  };
  readLevel(fields, '', 1);
  return groups;
}

/** Reads login accounts. */
export function readUsers(fields: Fields, problems: Problems): Map<string, UserEntry> {
  return readEntries(fields, 'users', keyOf('user'), 'A User', problems, (key, own, at): UserEntry =>
    ({ key, at, status: own.word('status', STATUSES) ?? 'active', ...present({ email: own.text('email', email) }) }));
}

/** Reads Members with the bindings of Users to them. `user: ada` stands for one binding of the User, named as the Member. */
export function readMembers(fields: Fields, problems: Problems): Map<string, MemberEntry> {
  return readEntries(fields, 'members', keyOf('member'), 'A Member', problems, (key, own, at): MemberEntry => {
    const user = readRef(own, 'user', nameKey);
    const bindings = readEntries(own, 'bindings', keyOf('um'), 'A binding', problems, readBinding(problems));
    if (user !== undefined && bindings.size > 0) problems.add(user.at, 'A Member has either user or bindings.');
    if (user !== undefined) bindings.set(key, { key, at: user.at, user, relation: 'login', primary: false, status: 'active' });
    return {
      key, at, bindings,
      name: own.text('name', NAME) ?? key,
      memberType: own.word('type', ['human', 'service']) ?? 'human',
      status: own.word('status', STATUSES) ?? 'active',
      ...present({ externalId: own.text('external_id', EXTERNAL_ID) }),
    };
  });
}

function readBinding(problems: Problems) {
  return (key: string, own: Fields, at: BindingEntry['at']): BindingEntry | undefined => {
    const user = readRef(own, 'user', nameKey);
    if (own.node('user') === undefined) problems.add(at, 'A binding needs user.');
    const expiresAt = readMoment(own, 'expires_at');
    const more = {
      relation: own.word('relation', RELATIONS) ?? 'login',
      primary: own.flag('primary') ?? false,
      status: own.word('status', ['active', 'revoked']) ?? 'active',
      ...present({ expiresAt }),
    };
    return user && { key, at, user, ...more };
  };
}

/** A moment in milliseconds since the epoch. */
export function readMoment(fields: Fields, name: string): number | undefined {
  const text = fields.text(name, moment);
  return text === undefined ? undefined : Math.floor(Date.parse(text));
}
