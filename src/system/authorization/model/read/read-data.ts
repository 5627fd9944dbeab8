import { checkedMetadata } from '../../../shared/services/metadata.js';
import type { AssignmentEntry, ResourceEntry } from '../model.js';
import { condition, EXTERNAL_ID, groupPath, nameKey, resourceId, ruleKey } from '../text-checks.js';
import { Fields } from '../yaml/fields.js';
import type { Json } from '../yaml/json-of.js';
import type { Problems } from '../yaml/problems.js';
import { present, readEntries, readRef } from './entries.js';
import { readMoment } from './read-people.js';

/** Reads which Members have which Roles. */
export function readAssignments(fields: Fields, problems: Problems): AssignmentEntry[] {
  return fields.items('assignments').flatMap((node) => {
    const own = Fields.of(node, problems, 'An assignment');
    if (own === undefined) return [];
    const member = own.required('member', nameKey);
    const role = own.required('role', ruleKey);
    const more = present({
      anchor: readRef(own, 'anchor', groupPath),
      startsAt: readMoment(own, 'starts_at'),
      expiresAt: readMoment(own, 'expires_at'),
      condition: own.text('condition', condition),
    });
    own.end();
    if (more.startsAt !== undefined && more.expiresAt !== undefined && more.startsAt >= more.expiresAt) {
      problems.add(own.placeOf('starts_at'), 'An assignment starts before it ends.');
    }
    if (member === undefined || role === undefined) return [];
    return [{ at: own.place, member: { name: member.text, at: member.place }, role: { name: role.text, at: role.place }, ...more }];
  });
}

/** Reads Resources. */
export function readResources(fields: Fields, problems: Problems): Map<string, ResourceEntry> {
  return readEntries(fields, 'resources', resourceId, 'A Resource', problems, (key, own, at) => readResource(key, own, at, problems));
}

/** Reads the fields of one Resource. */
export function readResource(key: string, own: Fields, at: ResourceEntry['at'], problems: Problems): ResourceEntry | undefined {
  const type = own.required('type', ruleKey);
  const more = {
    visibility: own.word('visibility', ['private', 'group', 'space', 'public']) ?? 'private',
    status: own.word('status', ['active', 'archived', 'deleted']) ?? 'active',
    ...present({
      externalId: own.text('external_id', EXTERNAL_ID),
      group: readRef(own, 'group', groupPath),
      owner: readRef(own, 'owner', nameKey),
      metadata: readMetadata(own, problems),
    }),
  } as const;
  return type && { key, at, type: { name: type.text, at: type.place }, ...more };
}

function readMetadata(own: Fields, problems: Problems): Readonly<Record<string, Json>> | undefined {
  const metadata = own.object('metadata');
  try {
    checkedMetadata(metadata);
    return metadata !== undefined && Object.keys(metadata).length > 0 ? metadata : undefined;
  } catch (error) {
    return problems.add(own.placeOf('metadata'), (error as Error).message);
  }
}
