import { invalid, type InputPath } from '../../../../kernel/errors/index.js';

/** Changes that can be proposed: each says what the mutation of the same name would be told. */
export interface ProposedChanges {
  readonly createRole: { readonly id: string; readonly key: string };
  readonly setRoleStatus: { readonly id: string; readonly status: 'active' | 'disabled' };
  readonly createPermission: {
    readonly id: string; readonly resourceType: string; readonly action: string; readonly scope: string; readonly effect?: string | null; readonly condition?: string | null;
  };
  readonly setPermissionStatus: { readonly id: string; readonly status: 'active' | 'disabled' };
  readonly createRolePermission: { readonly roleId: string; readonly permissionId: string };
  readonly revokeRolePermission: { readonly id: string };
  readonly createRoleInheritance: { readonly roleId: string; readonly inheritedRoleId: string };
  readonly revokeRoleInheritance: { readonly id: string };
  readonly createMemberRole: {
    readonly memberId: string; readonly roleId: string; readonly scopeAnchorGroupId?: string | null;
    readonly startsAt?: Date | null; readonly expiresAt?: Date | null; readonly condition?: string | null;
  };
  readonly updateMemberRole: { readonly id: string; readonly startsAt?: Date | null; readonly expiresAt?: Date | null; readonly condition?: string | null };
  readonly revokeMemberRole: { readonly id: string };
  readonly setMemberStatus: { readonly id: string; readonly status: 'active' | 'disabled' };
  readonly revokeUserMember: { readonly id: string };
  readonly moveGroup: { readonly id: string; readonly parentGroupId?: string | null };
  readonly setGroupStatus: { readonly id: string; readonly status: 'active' | 'disabled' };
}

/** Name of a kind of change. */
export type ChangeKind = keyof ProposedChanges;

/** One change as it comes in: exactly one of its fields is given. */
export type ChangeInput = { readonly [Kind in ChangeKind]?: ProposedChanges[Kind] | null };

/** One change, checked to be one. */
export type ProposedChange = { readonly [Kind in ChangeKind]: { readonly kind: Kind; readonly input: ProposedChanges[Kind]; readonly path: InputPath } }[ChangeKind];

/** Changes that one question may propose. */
export const MOST_CHANGES = 100;

/** @throws PolityError `VALIDATION_FAILED` for none, for too many, and for one that says nothing or several things */
export function readChanges(inputs: readonly ChangeInput[], path: InputPath): ProposedChange[] {
  if (inputs.length === 0) throw invalid(path, 'Propose at least one change.');
  if (inputs.length > MOST_CHANGES) throw invalid(path, `At most ${MOST_CHANGES} changes can be proposed at once.`);
  return inputs.map((input, at) => {
    const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
    const [first] = given;
    if (first === undefined || given.length > 1) throw invalid([...path, at], 'A change names exactly one thing to do.');
    const [kind, value] = first;
    return { kind, input: value, path: [...path, at, kind] } as ProposedChange;
  });
}
