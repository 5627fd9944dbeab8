import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { SeparationRuleEntity, type SeparationRuleRow } from '../entities/separation-rule.js';
import { equalities, inOrder, type Change } from './filters.js';
import { assertSeparable } from './separation-items.js';
import { assertSpaceOpen, mayReadRoles, requireRolesIn } from './space-place.js';

const COLUMNS = raw(`sr.id, sr.space_id AS "spaceId", sr.name, sr.role_ids AS "roleIds", sr.permission_ids AS "permissionIds", sr.at_most AS "atMost",
  sr.status, sr.version, sr.created_at AS "createdAt", sr.updated_at AS "updatedAt"`);
const CONSTRAINTS = {
  separation_rules_name_check: { code: 'VALIDATION_FAILED', message: 'A name has 1 to 200 characters.', path: ['input', 'name'] },
} as const;

/** What a rule keeps apart: Roles or Permissions, never both. */
export interface SeparationRuleFields {
  readonly roleIds?: readonly string[] | null;
  readonly permissionIds?: readonly string[] | null;
  /** How many of them one Member may hold at once. */
  readonly atMost?: number | null;
}

/** Input of {@link SeparationRules.create}. */
export interface CreateSeparationRule extends SeparationRuleFields {
  readonly id?: string | null;
  readonly spaceId: string;
  readonly name: string;
}

/** Input of {@link SeparationRules.update}: absent fields stay; a rule about Roles stays one about Roles. */
export interface UpdateSeparationRule extends Change, SeparationRuleFields {
  readonly name?: string | null;
}

/** Filters of {@link SeparationRules.list}. */
export interface SeparationRuleFilter {
  readonly spaceId?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ separationRule: SeparationRuleRow }>>;

/**
 * Rules of Spaces about what no Member may hold together. A rule that is made or changed undoes nothing: who exceeds it then is listed,
 * and gets nothing more of it.
 */
export class SeparationRules {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Rules that the caller may read, by id. */
  async list(context: RequestContext, filter: SeparationRuleFilter, page: PageInput): Promise<ListPage<SeparationRuleRow>> {
    return listPage<SeparationRuleRow>(this.database, 'separationRules', {
      select: COLUMNS,
      from: raw('sys_authz.separation_rules sr'),
      where: every([visibleRules(context), ...equalities({ 'sr.space_id': filter.spaceId, 'sr.status': filter.status })]),
      order: [{ expression: 'sr.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Rules by id that the caller may read, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(SeparationRuleRow | undefined)[]> {
    const statement = sql`SELECT ${COLUMNS} FROM sys_authz.separation_rules sr WHERE sr.id = ANY (${ids}) AND ${visibleRules(context)}`;
    return inOrder<SeparationRuleRow>(this.database, statement, ids);
  }

  async create(context: RequestContext, input: CreateSeparationRule): Result {
    return this.mutations.run(context, { name: 'createSeparationRule', constraints: CONSTRAINTS }, input, async (scope) => {
      const { spaceId, name } = input;
      await requireRolesIn(scope, context, spaceId, ['input', 'spaceId']);
      const id = input.id ?? newId('sod');
      assertSuppliedId('SeparationRule', id);
      const items = { roleIds: [...(input.roleIds ?? [])], permissionIds: [...(input.permissionIds ?? [])], atMost: input.atMost ?? 1 };
      await assertSeparable(scope.transaction, spaceId, items);
      const separationRule = scope.transaction.em.create(SeparationRuleEntity, { id, spaceId, name, ...items });
      const { roleIds, permissionIds, atMost } = items;
      this.record(scope, separationRule, 'separation_rule.created', {
        name: [null, name], roleIds: [null, roleIds], permissionIds: [null, permissionIds], atMost: [null, atMost], status: [null, 'active'],
      });
      return { separationRule };
    });
  }

  async update(context: RequestContext, input: UpdateSeparationRule): Result {
    return this.mutations.run(context, { name: 'updateSeparationRule', constraints: CONSTRAINTS }, input, async (scope) => {
      const separationRule = await this.forChange(scope, context, input);
      const { roleIds, permissionIds, atMost, spaceId } = separationRule;
      const items = {
        roleIds: [...(input.roleIds ?? roleIds)], permissionIds: [...(input.permissionIds ?? permissionIds)], atMost: input.atMost ?? atMost,
      };
      await assertSeparable(scope.transaction, spaceId, items);
      this.record(scope, separationRule, 'separation_rule.updated', assignChanges(separationRule, { name: input.name ?? undefined, ...items }));
      return { separationRule };
    });
  }

  /** A disabled rule refuses nothing and lists nobody. */
  async disable(context: RequestContext, input: Change): Result {
    return this.setStatus(context, 'disableSeparationRule', 'separation_rule.disabled', input, 'disabled');
  }

  async restore(context: RequestContext, input: Change): Result {
    return this.setStatus(context, 'restoreSeparationRule', 'separation_rule.restored', input, 'active');
  }

  private async setStatus(context: RequestContext, name: string, type: string, input: Change, status: SeparationRuleRow['status']): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const separationRule = await this.forChange(scope, context, input);
      this.record(scope, separationRule, type, assignChanges(separationRule, { status }));
      return { separationRule };
    });
  }

  // Decisions do not read rules; the Space is touched so that a grant which did not see the rule looks again.
  private record(scope: MutationScope, { id, spaceId }: SeparationRuleRow, type: string, changes: Changes): void {
    if (Object.keys(changes).length === 0) return scope.unchanged();
    scope.transaction.touch(spaceId);
    scope.audit({ type, spaceId, target: { type: 'SeparationRule', id }, changes });
  }

  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<SeparationRuleRow> {
    const rule = await scope.transaction.em.findOne(SeparationRuleEntity, { id: input.id });
    if (rule === null || !mayReadRoles(context, rule.spaceId)) throw notFound('SeparationRule', ['input', 'id']);
    scope.require('roles:manage', { spaceId: rule.spaceId });
    await assertSpaceOpen(scope.transaction, rule.spaceId);
    assertVersion(rule, input.expectedVersion);
    return rule;
  }
}

/** Rules, named `sr` in the statement, that the caller may read. */
export function visibleRules(context: RequestContext): Sql {
  return reachPredicate(reach(context.caller, 'roles:read', context.request.now), { spaceId: 'sr.space_id' });
}

/** The SeparationRules of this instance. */
export const separationRulesRef = createServiceRef<SeparationRules>({ id: 'authorization.separation_rules', scope: 'process' });
