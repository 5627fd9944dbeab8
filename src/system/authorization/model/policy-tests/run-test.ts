import { separationViolations } from '../world/separation-violations.js';
import type { ConditionWitness, PolicyWorld } from '../world/policy-world.js';
import type { Place } from '../yaml/place.js';
import { askActions, askActors, askResources } from './ask-lists.js';
import { compareDecision } from './compare-decision.js';
import type { DecisionWitness } from './coverage.js';
import type { Asked, ExpectedViolation, PolicyTest } from './policy-test.js';

/** What became of one test. */
export interface TestOutcome {
  readonly test: PolicyTest;
  /** Place of the expectation. */
  readonly at: Place;
  /** How the answer differs from what was expected; empty when the test has passed. */
  readonly differences: readonly string[];
  /** Milliseconds. */
  readonly took: number;
}

/**
 * Runs one test.
 *
 * @throws EvaluatorsDiffer
 */
export function runTest(world: PolicyWorld, test: PolicyTest, witness: DecisionWitness): TestOutcome {
  const began = performance.now();
  const differences = differencesOf(world, test.asked, test.now, witness);
  return { test, at: test.asked.expect.at, differences, took: performance.now() - began };
}

function differencesOf(world: PolicyWorld, asked: Asked, now: number, witness: DecisionWitness): string[] {
  switch (asked.kind) {
    case 'check': {
      const conditions: ConditionWitness = (owner, outcome) => witness.condition(owner, outcome === true);
      const answer = world.ask(asked.question, asked.target, now, conditions);
      witness.decision(asked.question, answer.decision);
      return compareDecision(asked.expect, answer, world.names);
    }
    case 'list_actors': return compareSets(asked.expect.names, askActors(world, asked.question, asked.target, asked.actors, now));
    case 'list_resources': return compareSets(asked.expect.names, askResources(world, asked.question, now));
    case 'list_actions': return compareSets(asked.expect.names, askActions(world, asked.question, asked.target, now));
    case 'violations': {
      const found = separationViolations(world.model, now)
        .filter(({ rule, member }) => (asked.rule ?? rule.name) === rule.name && (asked.member ?? member) === member)
        .map(({ rule, member, holds }) => violationText({ rule: rule.name, member, holds }));
      return compareSets(asked.expect.violations.map(violationText), found);
    }
  }
}

function violationText({ rule, member, holds }: ExpectedViolation): string {
  return `${member} exceeds "${rule}" by holding ${holds.toSorted().join(', ')}`;
}

function compareSets(expected: readonly string[], found: readonly string[]): string[] {
  const missing = expected.filter((name) => !found.includes(name));
  const unexpected = found.filter((name) => !expected.includes(name));
  if (missing.length === 0 && unexpected.length === 0) return [];
  return [...missing.map((name) => `missing     ${name}`), ...unexpected.map((name) => `unexpected  ${name}`)];
}
