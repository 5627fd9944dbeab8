import { invalid } from '../../../kernel/errors/index.js';
import type { Facts } from '../engine/index.js';
import type { Ask } from './ask.js';

/**
 * Puts what came with a request into the facts that were read for it, and takes out what no decision may depend on. The group of a proposed target is the stored one: a path or
 * an id that a caller made up covers nothing.
 *
 * @throws PolityError `VALIDATION_FAILED` when id and path of a proposed target name two groups
 */
export function completeFacts(ask: Ask, stored: Facts): Facts {
  if (ask.mode === 'stored') return withoutForeignGroup(ask, stored);
  if (ask.mode === 'inline') return { ...stored, ...ask.inline };
  const { group } = stored;
  const path = ask.targetGroup?.path;
  if (ask.targetGroup?.id !== undefined && group !== undefined && path !== undefined && path !== group.path) {
    throw invalid([...ask.path, 'resource', 'groupPath'], 'groupId and groupPath name two groups.');
  }
  const resource = ask.inline.resource;
  if (resource === undefined) return stored;
  return { ...stored, resource: group === undefined ? resource : { ...resource, groupId: group.id } };
}

/** A Resource of another Space is denied whatever its Group; where that lies in its tree must not show in the scopes of the candidates. */
export function withoutForeignGroup({ question }: Pick<Ask, 'question'>, facts: Facts): Facts {
  if (facts.group === undefined || facts.group.spaceId === question.actor.spaceId) return facts;
  const { group: _, ...others } = facts;
  return others;
}
