import type { Facts, GrantFact, GroupFact, Question } from '../engine/index.js';

/** Clock of the Finance Reviewer cases. */
export const CLOCK = Date.parse('2026-05-06T00:00:00Z');

export const FINANCE: GroupFact = { id: 'group_finance', spaceId: 'space_acme', path: 'finance', status: 'active' };
export const APAC: GroupFact = { id: 'group_finance_apac', spaceId: 'space_acme', path: 'finance.apac', status: 'active' };
export const LEGAL_EMEA: GroupFact = { id: 'group_legal_emea', spaceId: 'space_acme', path: 'legal.emea', status: 'active' };

/** The one candidate of the cases: finance_approver, anchored at finance. */
export const APPROVE: GrantFact = {
  memberRole: { id: 'mr_finance_reviewer_approver_finance', memberId: 'member_finance_reviewer', spaceId: 'space_acme', status: 'active' },
  role: { id: 'role_finance_approver', key: 'finance_approver', spaceId: 'space_acme', status: 'active' },
  inherited: [],
  rolePermission: { id: 'rp_finance_approver_approve', status: 'active' },
  permission: { id: 'perm_invoice_approve_group_tree', resourceType: 'invoice', action: 'approve', scope: 'group_tree', effect: 'allow', status: 'active' },
  anchor: FINANCE,
};

/** FR-1: Alice asks to approve invoice_001. */
export const FR_1: Question = {
  actor: { userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer', spaceId: 'space_acme' },
  resourceType: 'invoice',
  resourceId: 'invoice_001',
  action: 'approve',
};

/** Facts of FR-1. */
export const FR_1_FACTS: Facts = {
  revision: { space: 7, instance: 3 },
  user: { id: 'user_alice', status: 'active' },
  member: { id: 'member_finance_reviewer', spaceId: 'space_acme', status: 'active' },
  userMember: {
    id: 'um_alice_finance_reviewer', userId: 'user_alice', memberId: 'member_finance_reviewer', spaceId: 'space_acme',
    relationType: 'delegate', status: 'active', isPrimary: true,
  },
  space: { id: 'space_acme', status: 'active' },
  registry: {
    resourceType: { id: 'rt_invoice', key: 'invoice', status: 'active' },
    action: { id: 'ra_invoice_approve', key: 'approve', riskLevel: 'high', auditDefault: true, status: 'active' },
    mapping: { id: 'rm_invoice_resources', storageKind: 'internal_table', status: 'active' },
  },
  resource: {
    id: 'invoice_001', spaceId: 'space_acme', resourceType: 'invoice', groupId: 'group_finance_apac', ownerMemberId: 'member_invoice_creator',
    visibility: 'private', status: 'active',
  },
  group: APAC,
  isTargetInline: false,
  grants: [APPROVE],
};
