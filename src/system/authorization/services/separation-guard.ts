import { invalid } from '../../../kernel/errors/index.js';
import { raw, sql, type Revisions, type Sql, type Transaction } from '../../../persistence/index.js';
import type { SeparationOfDuty, SeparationViolation, WatchedChange } from '../../shared/contracts/index.js';

/** What was there before a change. */
interface Before {
  /** Revision of the Space. */
  readonly revision: number | null;
  /** Active rules, as rows; null when there is none. */
  readonly rules: readonly { readonly id: string }[] | null;
  /** Members who exceeded them; null when nobody did. */
  readonly violations: readonly object[] | null;
}

const SHAPE = raw(`v.space_id AS "spaceId", v.rule_id AS "ruleId", v.member_id AS "memberId", v.held`);

/**
 * Holds changes against the rules of separation. Members are looked at before the change and again when the revisions are held, when
 * nobody else can change the same facts: of two changes that each fit and together do not, the later one sees the earlier. What a
 * Member held together before, such as from before the rule, stays as it is; nothing may be added to it.
 */
export class SeparationGuard implements SeparationOfDuty {
  async watch(transaction: Transaction, change: WatchedChange): Promise<() => Promise<void>> {
    const before = await this.before(transaction, change);
    const look = (): Promise<void> => this.look(transaction, change, before);
    transaction.onSealed(async (held) => {
      if (before.rules !== null || mayHaveNewRules(change, before, held)) await look();
    });
    return look;
  }

  private async before(transaction: Transaction, change: WatchedChange): Promise<Before> {
    const [before] = await transaction.query<Before>(sql`
      SELECT (SELECT r.rev FROM sys_authz.revision r WHERE r.space_id = ${change.spaceId ?? ''}) AS revision, s.rules,
        CASE WHEN s.rules IS NOT NULL THEN (SELECT jsonb_agg(to_jsonb(v)) FROM ${violations(raw('s.rules'), change)} v) END AS violations
      FROM (SELECT ${rulesOf(change)} AS rules) s`);
    return before ?? { revision: null, rules: null, violations: null };
  }

  /** @throws PolityError `SEPARATION_OF_DUTY` for the first Member that exceeds a rule and held less of it before. */
  private async look(transaction: Transaction, change: WatchedChange, before: Before): Promise<void> {
    const written = change.writtenRuleIds ?? [];
    const asTheyWere = JSON.stringify((before.rules ?? []).filter(({ id }) => written.includes(id)));
    await transaction.em.flush();
    const [first] = await transaction.query<SeparationViolation & { readonly name: string; readonly atMost: number }>(sql`
      SELECT ${SHAPE}, r.name, r.at_most AS "atMost"
      FROM (SELECT coalesce(${rulesOf(change, written)}, '[]') || ${asTheyWere}::jsonb AS rules) s,
        ${violations(raw('s.rules'), change)} v JOIN sys_authz.separation_rules r ON r.id = v.rule_id
      WHERE NOT EXISTS (
        SELECT FROM jsonb_to_recordset(${JSON.stringify(before.violations ?? [])}::jsonb) AS b (rule_id text, member_id text, held text[])
        WHERE b.rule_id = v.rule_id AND b.member_id = v.member_id AND b.held @> v.held)
      ORDER BY v.space_id, v.rule_id, v.member_id LIMIT 1`);
    if (first === undefined) return;
    const message = `The Member ${first.memberId} would hold ${first.held.length} of what the rule "${first.name}" (${first.ruleId}) keeps apart; it allows ${first.atMost}.`;
    throw invalid(change.path(first), message, 'SEPARATION_OF_DUTY');
  }
}

// A transaction raises the revision of a Space by one: another number says that somebody changed the Space between the two looks.
function mayHaveNewRules({ spaceId, permissionIds = [] }: WatchedChange, { revision }: Before, held: Revisions): boolean {
  return permissionIds.length > 0 || spaceId === undefined || held[spaceId] !== (revision ?? 0) + 1;
}

function violations(rules: Sql, { memberIds, now }: WatchedChange): Sql {
  return sql`sys_authz.separation_violations(${rules}, ${memberIds ?? null}::text[], ${new Date(now)}::timestamptz)`;
}

// Active rules that the change can break, but those that are left out.
function rulesOf({ spaceId, permissionIds = [] }: WatchedChange, leftOut: readonly string[] = []): Sql {
  return sql`(SELECT jsonb_agg(to_jsonb(r)) FROM sys_authz.separation_rules r
    WHERE r.status = 'active' AND (r.space_id = ${spaceId ?? null} OR r.permission_ids && ${permissionIds}::text[]) AND NOT r.id = ANY (${leftOut}))`;
}
