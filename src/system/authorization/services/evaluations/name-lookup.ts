import { PolityError } from '../../../../kernel/errors/index.js';
import { isId } from '../../../../kernel/ids/index.js';
import type { EntityByName, RequestContext } from '../../../shared/contracts/index.js';
import { assertName, MOST_ID_BYTES, MOST_TYPE_BYTES } from './asked-names.js';
import type { ResourceDirectory } from './resource-directory.js';
import type { FoundSubject, SubjectDirectory, SubjectName } from './subject-directory.js';
import type { SubjectKinds } from './subject-kinds.js';

/** No id is this: nothing is found by it. */
const NOTHING = '-';

type Path = readonly (string | number)[];

/** A Resource by name. */
export interface FoundResource {
  /** Of an unknown one its name, where that could be an id, or what is no id. */
  readonly id: string;
  readonly isKnown: boolean;
}

/** Where names are looked up. */
export interface LookupParts {
  readonly kinds: SubjectKinds;
  readonly subjects: SubjectDirectory;
  readonly resources: ResourceDirectory;
}

/** Looks up the names of requests, many of one Space at once. */
export class NameLookup {
  constructor(private readonly parts: LookupParts) {}

  /** Checks the text of names, before any is looked up; the entity is a member of what stands at the path. @throws PolityError `VALIDATION_FAILED` naming the path */
  assertNames({ type, id }: EntityByName, path: Path, member: 'subject' | 'resource'): void {
    assertName(type, MOST_TYPE_BYTES, path, member, 'type');
    assertName(id, MOST_ID_BYTES, path, member, 'id');
  }

  /** Kind of a subject type; undefined for one that stands for nothing. */
  kindOf(type: string): SubjectName['kind'] | undefined {
    return this.parts.kinds.of(type);
  }

  /** Who acts, in the order of the subjects. */
  async subjects(context: RequestContext, spaceId: string, subjects: readonly EntityByName[], isFresh: boolean): Promise<readonly FoundSubject[]> {
    const names = subjects.map(({ type, id }) => ({ kind: this.parts.kinds.of(type), id }));
    const found = await this.parts.subjects.find(spaceId, names.filter((name): name is SubjectName => name.kind !== undefined), context.request.now, isFresh);
    let next = 0;
    return names.map(({ kind }) => (kind === undefined ? nobody(spaceId) : (found[next++] as FoundSubject)));
  }

  /** Who and what one question names, where both are remembered. */
  remembered({ request }: RequestContext, spaceId: string, subject: EntityByName, resource: EntityByName): readonly [FoundSubject, FoundResource] | undefined {
    const kind = this.parts.kinds.of(subject.type);
    const found = kind === undefined ? nobody(spaceId) : this.parts.subjects.remembered(spaceId, { kind, id: subject.id }, request.now);
    const target = found === undefined ? undefined : this.parts.resources.remembered(spaceId, resource, request.now);
    return found === undefined || target === undefined ? undefined : [found, foundResource(resource.id, target.id)];
  }

  /** Stored Resources, in the order of the names. */
  async resources(context: RequestContext, spaceId: string, resources: readonly EntityByName[], isFresh: boolean): Promise<readonly FoundResource[]> {
    const found = await this.parts.resources.find(spaceId, resources, context.request.now, isFresh);
    return resources.map(({ id }, index) => foundResource(id, found[index]));
  }
}

/**
 * A person asks as one of the own usable bindings, as in `check`; an API key asks about others. The path is that of the question.
 *
 * @throws PolityError `ACTIVE_MEMBER_REQUIRED`
 */
export function assertMayAskAbout({ caller }: RequestContext, { actor, isKnown }: FoundSubject, path: Path): void {
  if (caller.kind === 'api_key' || caller.kind === 'system' || (isKnown && actor.userId === caller.userId)) return;
  throw new PolityError('ACTIVE_MEMBER_REQUIRED', 'A person asks as one of the own usable bindings; an API key asks about others.', { path: [...path, 'subject'] });
}

function foundResource(name: string, id: string | undefined): FoundResource {
  return { id: id ?? (isId(name) ? name : NOTHING), isKnown: id !== undefined };
}

function nobody(spaceId: string): FoundSubject {
  return { actor: { userId: '', memberId: '', userMemberId: '', spaceId }, isKnown: false };
}
