import { typeOfId } from '../../../../kernel/ids/index.js';

/** What a subject can be here. */
export type SubjectKind = 'user' | 'member' | 'service';

/** Subject types as requests name them. */
export class SubjectKinds {
  private readonly kinds = new Map<string, SubjectKind>([['user', 'user'], ['member', 'member'], ['service', 'service']]);

  /** @param more - `name=kind` */
  constructor(more: readonly string[] = []) {
    for (const entry of more) {
      const [name = '', kind = ''] = entry.split('=');
      this.kinds.set(name, kind as SubjectKind);
    }
  }

  /** Undefined for a type that stands for nothing here. */
  of(type: string): SubjectKind | undefined {
    return this.kinds.get(type);
  }
}

/** By which key a subject is named: what has the prefix of its type is an id, anything else is the external id of a Member. */
export function keyOfSubject(kind: SubjectKind, id: string): 'user' | 'member' | 'external' {
  const type = typeOfId(id);
  if (kind === 'user') return type === 'User' ? 'user' : 'external';
  return type === 'Member' ? 'member' : 'external';
}
