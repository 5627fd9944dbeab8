import type { Model } from '../model.js';
import { moment, NAME, nameKey } from '../text-checks.js';
import { present } from '../read/entries.js';
import { actorName } from '../world/names.js';
import type { PolicyWorld } from '../world/policy-world.js';
import { Fields } from '../yaml/fields.js';
import type { Problems } from '../yaml/problems.js';
import type { YamlNode } from '../yaml/yaml-node.js';
import { Expectations } from './expectations.js';
import type { Asked, ExpectedDecision, PolicyTest } from './policy-test.js';
import { questionOf, Questions } from './questions.js';

const KINDS = ['check', 'explain', 'list_actors', 'list_resources', 'list_actions', 'violations'] as const;

type Kind = (typeof KINDS)[number];

/** Stands for every Resource, or every action, until the list comes to one. */
const ANY = { resource: 'res_any', action: 'any' } as const;
const NOBODY = { userId: '', memberId: '', userMemberId: '' } as const;

/** Reads the tests of a file against its model. */
export class TestReader {
  private readonly expectations: Expectations;
  private readonly model: Model;

  constructor(
    private readonly world: PolicyWorld,
    private readonly problems: Problems,
    /** Clock of the file. */
    private readonly at: number | undefined,
  ) {
    this.model = world.model;
    this.expectations = new Expectations(world.model, problems);
  }

  read(node: YamlNode): PolicyTest | undefined {
    const own = Fields.of(node, this.problems, 'A test');
    if (own === undefined) return undefined;
    const name = own.text('name', NAME);
    const clock = own.text('at', moment);
    const now = clock === undefined ? this.at : Date.parse(clock);
    const asking = KINDS.filter((kind) => own.node(kind) !== undefined);
    const expect = own.node('expect');
    own.end();
    const [kind, another] = asking;
    if (kind === undefined) return this.problems.add(own.place, `A test asks something: ${KINDS.join(', ')}.`);
    if (another !== undefined) return this.problems.add(own.placeOf(another), `A test asks one thing, not both ${kind} and ${another}.`);
    if (expect === undefined) return this.problems.add(own.place, 'A test says what it expects.');
    if (now === undefined) return this.problems.add(own.place, 'At which moment? Say at: in the file or in the test.');
    const asked = this.asked(kind, own.node(kind)!, expect);
    return asked && { name: name ?? titleOf(kind, asked, this.world), at: own.place, now, asked };
  }

  private asked(kind: Kind, node: YamlNode, expect: YamlNode): Asked | undefined {
    const own = Fields.of(node, this.problems, kind);
    if (own === undefined) return undefined;
    const asked = this.ofKind(kind, own, expect);
    own.end();
    return asked;
  }

  private ofKind(kind: Kind, own: Fields, expect: YamlNode): Asked | undefined {
    switch (kind) {
      case 'check':
      case 'explain': return this.check(kind, own, expect);
      case 'list_actors': return this.listActors(own, expect);
      case 'list_resources': return this.listResources(own, expect);
      case 'list_actions': return this.listActions(own, expect);
      case 'violations': return this.violations(own, expect);
    }
  }

  private check(kind: 'check' | 'explain', own: Fields, node: YamlNode): Asked | undefined {
    const expect: ExpectedDecision | undefined = this.expectations.decision(node);
    if (kind === 'explain' && expect !== undefined && expect.candidates === undefined) this.problems.add(expect.at, 'An explanation says which candidates it expects.');
    const questions = new Questions(this.world, this.problems, own, expect?.code);
    const [actor, target, input] = [questions.actor(), questions.target(), questions.input()];
    const action = questions.action(target?.type);
    if (expect === undefined || actor === undefined || target === undefined || action === undefined) return undefined;
    return { kind: 'check', question: questionOf(actor, target.type, target.id, action, input), target, expect };
  }

  private listActors(own: Fields, node: YamlNode): Asked | undefined {
    const questions = new Questions(this.world, this.problems, own, undefined);
    const actors = own.word('actors', ['bindings', 'services']) ?? 'bindings';
    const [target, input] = [questions.target(), questions.input()];
    const action = questions.action(target?.type);
    const members = [...this.model.members.values()];
    const names = new Set(actors === 'services'
      ? members.filter(({ memberType }) => memberType === 'service').map(({ key }) => key)
      : members.flatMap((member) => [...member.bindings.values()].map((binding) => actorName(member, binding))));
    const expect = this.expectations.set(node, (name) => names.has(name), 'actor');
    if (target === undefined || action === undefined || expect === undefined) return undefined;
    return { kind: 'list_actors', actors, target, expect, question: questionOf({ ...NOBODY, spaceId: this.world.spaceId }, target.type, target.id, action, input) };
  }

  private listResources(own: Fields, node: YamlNode): Asked | undefined {
    const questions = new Questions(this.world, this.problems, own, undefined);
    const [actor, type, input] = [questions.actor(), questions.requiredType(), questions.input()];
    const action = questions.action(type);
    const expect = this.expectations.set(node, (name) => this.world.resources.get(name)?.resourceType === type, `Resource of the type ${type ?? ''}`);
    if (actor === undefined || type === undefined || action === undefined || expect === undefined) return undefined;
    return { kind: 'list_resources', expect, question: questionOf(actor, type, ANY.resource, action, input) };
  }

  private listActions(own: Fields, node: YamlNode): Asked | undefined {
    const questions = new Questions(this.world, this.problems, own, undefined);
    const [actor, target, input] = [questions.actor(), questions.target(), questions.input()];
    const expect = this.expectations.set(node, (name) => this.model.types.get(target?.type ?? '')?.actions.has(name) === true, 'action');
    if (actor === undefined || target === undefined || expect === undefined) return undefined;
    return { kind: 'list_actions', target, expect, question: questionOf(actor, target.type, target.id, ANY.action, input) };
  }

  private violations(own: Fields, node: YamlNode): Asked {
    const member = own.placed('member', nameKey);
    const rule = own.placed('rule', NAME);
    if (member !== undefined && !this.model.members.has(member.text)) this.problems.add(member.place, `There is no Member ${member.text}.`);
    if (rule !== undefined && !this.model.separation.some(({ name }) => name === rule.text)) this.problems.add(rule.place, `There is no rule ${rule.text}.`);
    return { kind: 'violations', ...present({ member: member?.text, rule: rule?.text }), expect: { at: node.place, violations: this.expectations.violations(node) } };
  }
}

/** What a test is called that has no name. */
function titleOf(kind: Kind, asked: Asked, { names }: PolicyWorld): string {
  if (asked.kind === 'violations') return 'violations of rules of separation';
  const { actor, action, resourceId, resourceType } = asked.question;
  const who = names.actor(actor.memberId, actor.userMemberId);
  switch (asked.kind) {
    case 'check': return `${kind}: ${who} ${action} ${resourceId}: ${asked.expect.code ?? asked.expect.decision.toLowerCase()}`;
    case 'list_actors': return `who may ${action} ${resourceId}`;
    case 'list_resources': return `which ${resourceType} may ${who} ${action}`;
    case 'list_actions': return `what may ${who} do on ${resourceId}`;
  }
}
