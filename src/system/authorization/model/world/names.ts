import { MODEL_IDS } from '../ids.js';
import type { BindingEntry, MemberEntry, Model } from '../model.js';
import { spaceOf } from './space-of.js';

/** What the ids of a model are called in its files. */
export class Names {
  private readonly permissions: ReadonlyMap<string, string>;
  private readonly members: ReadonlyMap<string, MemberEntry>;

  constructor(model: Model) {
    this.permissions = new Map([...model.permissions.keys()].map((key) => [MODEL_IDS.permission(key), key]));
    this.members = new Map([...model.members.values()].map((member) => [MODEL_IDS.member(member.key), member]));
    this.spaceId = spaceOf(model).id;
  }

  readonly spaceId: string;

  permission(id: string): string {
    return this.permissions.get(id) ?? id;
  }

  member(id: string): string {
    return this.members.get(id)?.key ?? id;
  }

  /** `member`, or `member/binding` where the Member has several bindings; a Member that acts by itself has none. */
  actor(memberId: string, bindingId: string): string {
    const member = this.members.get(memberId);
    if (member === undefined) return memberId;
    const binding = [...member.bindings.values()].find(({ key }) => MODEL_IDS.binding(key) === bindingId);
    return binding === undefined ? member.key : actorName(member, binding);
  }
}

/** What a binding is called as an actor. */
export function actorName(member: MemberEntry, binding: BindingEntry): string {
  return member.bindings.size === 1 ? member.key : `${member.key}/${binding.key}`;
}
