import { createMemberRole, revokeMemberRole, updateMemberRole } from './changes/assignments.js';
import { createPermission, setPermissionStatus } from './changes/catalogue.js';
import type { ChangeOf } from './changes/change-of.js';
import { moveGroup, revokeUserMember, setGroupStatus, setMemberStatus } from './changes/people-and-groups.js';
import {
  createRole, createRoleInheritance, createRolePermission, revokeRoleInheritance, revokeRolePermission, setRoleStatus,
} from './changes/roles.js';
import type { Hypothesis } from './hypothesis.js';
import type { ChangeKind, ProposedChange } from './proposed-change.js';

const APPLIERS: { readonly [Kind in ChangeKind]: (space: Hypothesis, change: ChangeOf<Kind>) => Promise<void> } = {
  createRole, setRoleStatus, createPermission, setPermissionStatus, createRolePermission, revokeRolePermission, createRoleInheritance, revokeRoleInheritance,
  createMemberRole, updateMemberRole, revokeMemberRole, setMemberStatus, revokeUserMember, moveGroup, setGroupStatus,
};

/**
 * Makes a change to a Space as it would be, by the rules of the mutation that would make it.
 *
 * @throws PolityError what the mutation would refuse it with, naming the path of the proposal
 */
export async function applyChange(space: Hypothesis, change: ProposedChange): Promise<void> {
  await (APPLIERS[change.kind] as (space: Hypothesis, change: ProposedChange) => Promise<void>)(space, change);
}
