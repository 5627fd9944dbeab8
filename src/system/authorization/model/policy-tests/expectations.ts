import { DENY_REASONS, type DenyCode } from '../../engine/index.js';
import type { Model } from '../model.js';
import { groupPath, NAME, nameKey, ruleKey } from '../text-checks.js';
import { Fields, listOf, textOf, type TextCheck } from '../yaml/fields.js';
import { present } from '../read/entries.js';
import type { Problems } from '../yaml/problems.js';
import type { YamlNode } from '../yaml/yaml-node.js';
import type { ExpectedCandidate, ExpectedDecision, ExpectedSet, ExpectedViolation } from './policy-test.js';

const isDenyCode = (text: string): text is DenyCode => Object.hasOwn(DENY_REASONS, text);
const denyCode: TextCheck = (text) => (isDenyCode(text) ? undefined : 'This is no deny code.');

/** Reads what tests expect. A name that the model does not have is a mistake: nothing could ever be equal to it. */
export class Expectations {
  constructor(
    private readonly model: Model,
    private readonly problems: Problems,
  ) {}

  /** `allow`, `deny`, a deny code, or a mapping that says more. */
  decision(node: YamlNode): ExpectedDecision | undefined {
    if (node.kind === 'scalar') {
      const { value, place: at } = node;
      if (value === 'allow') return { at, decision: 'ALLOW' };
      if (value === 'deny') return { at, decision: 'DENY' };
      return typeof value === 'string' && isDenyCode(value) ? { at, decision: 'DENY', code: value } : this.problems.add(at, 'This is neither allow nor deny nor a deny code.');
    }
    const own = Fields.of(node, this.problems, 'The expected decision');
    if (own === undefined) return undefined;
    const code = own.text('code', denyCode) as DenyCode | undefined;
    const word = own.word('decision', ['allow', 'deny']) ?? (code === undefined ? undefined : 'deny');
    const candidates = own.node('candidates') === undefined ? undefined : own.items('candidates').map((item) => this.candidate(item)).filter((item) => item !== undefined);
    const matched = present({ role: this.known(own, 'role', ruleKey, this.model.roles), permission: this.known(own, 'permission', nameKey, this.model.permissions), ...this.way(own) });
    own.end();
    if (word === undefined) return this.problems.add(own.place, 'The expected decision needs decision or code.');
    if (word === 'allow' && code !== undefined) return this.problems.add(own.placeOf('code'), 'What is allowed has no deny code.');
    return { at: own.place, decision: word === 'allow' ? 'ALLOW' : 'DENY', ...matched, ...present({ code, candidates }) };
  }

  /** A list of names; each must be one of those that can be answered. */
  set(node: YamlNode, isKnown: (name: string) => boolean, what: string): ExpectedSet | undefined {
    const list = listOf(node, this.problems);
    if (list === undefined) return undefined;
    const names: string[] = [];
    for (const item of list.items) {
      const name = textOf(item, () => undefined, this.problems);
      if (name === undefined) continue;
      if (!isKnown(name.text)) this.problems.add(name.place, `There is no ${what} ${name.text}.`);
      else if (names.includes(name.text)) this.problems.add(name.place, `${name.text} stands here twice.`);
      else names.push(name.text);
    }
    return { at: node.place, names };
  }

  /** A list of Members that exceed rules. */
  violations(node: YamlNode): ExpectedViolation[] {
    return (listOf(node, this.problems)?.items ?? []).flatMap((item) => {
      const own = Fields.of(item, this.problems, 'A violation');
      const rule = own?.required('rule', NAME);
      const member = own?.required('member', nameKey);
      const holds = own?.texts('holds', nameKey);
      if (own !== undefined && own.node('holds') === undefined) this.problems.add(own.place, 'A violation needs holds.');
      own?.end();
      if (rule !== undefined && !this.model.separation.some(({ name }) => name === rule.text)) this.problems.add(rule.place, `There is no rule ${rule.text}.`);
      if (member !== undefined && !this.model.members.has(member.text)) this.problems.add(member.place, `There is no Member ${member.text}.`);
      for (const held of holds ?? []) {
        if (!this.model.roles.has(held.text) && !this.model.permissions.has(held.text)) this.problems.add(held.place, `There is no Role or Permission ${held.text}.`);
      }
      return rule === undefined || member === undefined || holds === undefined ? [] : [{ rule: rule.text, member: member.text, holds: holds.map(({ text }) => text) }];
    });
  }

  private candidate(node: YamlNode): ExpectedCandidate | undefined {
    const own = Fields.of(node, this.problems, 'A candidate');
    if (own === undefined) return undefined;
    const role = own.required('role', ruleKey);
    const permission = own.required('permission', nameKey);
    if (role !== undefined && !this.model.roles.has(role.text)) this.problems.add(role.place, `There is no Role ${role.text}.`);
    if (permission !== undefined && !this.model.permissions.has(permission.text)) this.problems.add(permission.place, `There is no Permission ${permission.text}.`);
    const more = present({
      covered: own.flag('covered'),
      code: own.text('code', denyCode) as DenyCode | undefined,
      condition: own.word('condition', ['met', 'not_met', 'no_answer', 'none']),
      ...this.way(own),
    });
    own.end();
    return role && permission && { at: own.place, role: role.text, permission: permission.text, ...more };
  }

  // By which assignment and over which Roles.
  private way(own: Fields): { readonly anchor?: string | null; readonly inherited?: readonly string[] } {
    const anchor = own.node('anchor');
    const inherited = own.node('inherited') === undefined ? undefined : own.texts('inherited', ruleKey);
    for (const { text, place } of inherited ?? []) if (!this.model.roles.has(text)) this.problems.add(place, `There is no Role ${text}.`);
    return present({
      anchor: anchor?.kind === 'scalar' && anchor.value === null ? null : this.known(own, 'anchor', groupPath, this.model.groups),
      inherited: inherited?.map(({ text }) => text),
    });
  }

  private known(own: Fields, field: string, check: TextCheck, among: ReadonlyMap<string, unknown>): string | undefined {
    const named = own.placed(field, check);
    if (named === undefined) return undefined;
    return among.has(named.text) ? named.text : this.problems.add(named.place, `There is no ${field} ${named.text}.`);
  }
}
