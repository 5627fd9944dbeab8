import type { Answer } from '../world/policy-world.js';
import type { Names } from '../world/names.js';
import { candidateText, decisionText, namedCandidate, wayText, type NamedCandidate } from './describe.js';
import type { ExpectedCandidate, ExpectedDecision } from './policy-test.js';

/** Lines that say how a decision differs from what was expected; none when it does not. */
export function compareDecision(expected: ExpectedDecision, { decision, candidates }: Answer, names: Names): string[] {
  const matched = decision.matched && namedCandidate(decision.matched, names);
  const isSame = decision.decision === expected.decision && (expected.code === undefined || expected.code === decision.denyCode) && isMatch(expected, matched);
  const named = candidates.map((candidate) => namedCandidate(candidate, names));
  const lines = isSame ? [] : [
    `expected  ${expectedText(expected)}`,
    `got       ${decisionText(decision)}: ${decision.reason}`,
    ...(matched === undefined ? [] : [`matched   ${candidateText(matched)}`]),
  ];
  if (expected.candidates !== undefined) lines.push(...compareCandidates(expected.candidates, named));
  else if (!isSame) lines.push(...named.map((candidate) => `candidate ${candidateText(candidate)}`));
  return lines;
}

function isMatch({ role, permission, anchor, inherited }: ExpectedDecision, matched: NamedCandidate | undefined): boolean {
  if (role === undefined && permission === undefined && anchor === undefined && inherited === undefined) return true;
  if (matched === undefined) return false;
  return (role ?? matched.role) === matched.role && (permission ?? matched.permission) === matched.permission && isWay({ anchor, inherited }, matched);
}

function isWay({ anchor, inherited }: Pick<ExpectedDecision, 'anchor' | 'inherited'>, candidate: NamedCandidate): boolean {
  return (anchor === undefined || anchor === candidate.anchor) && (inherited === undefined || inherited.join('\n') === candidate.inherited.join('\n'));
}

function isCandidate(expected: ExpectedCandidate, candidate: NamedCandidate): boolean {
  return expected.role === candidate.role && expected.permission === candidate.permission && isWay(expected, candidate) && (expected.covered ?? candidate.covered) === candidate.covered &&
    (expected.code === undefined || expected.code === candidate.code) && (expected.condition ?? candidate.condition) === candidate.condition;
}

/** Pairs what is expected with what is there, as many as can be (augmenting paths); the rest of both is told. */
function compareCandidates(expected: readonly ExpectedCandidate[], found: readonly NamedCandidate[]): string[] {
  const takenBy = new Map<number, number>();
  const find = (wanted: number, tried: Set<number>): boolean => found.some((candidate, at) => {
    if (tried.has(at) || !isCandidate(expected[wanted]!, candidate)) return false;
    tried.add(at);
    const holder = takenBy.get(at);
    if (holder !== undefined && !find(holder, tried)) return false;
    takenBy.set(at, wanted);
    return true;
  });
  const missing = expected.filter((_, wanted) => !find(wanted, new Set()));
  return [
    ...missing.map((candidate) => `missing candidate     ${expectedCandidateText(candidate)}`),
    ...found.filter((_, at) => !takenBy.has(at)).map((candidate) => `unexpected candidate  ${candidateText(candidate)}`),
  ];
}

function expectedCandidateText({ role, permission, anchor, inherited, covered, code, condition }: ExpectedCandidate): string {
  const said = [covered === undefined ? undefined : covered ? 'covered' : 'not covered', code, condition === undefined ? undefined : `condition ${condition}`];
  return [wayText({ role, permission, anchor: anchor ?? null, inherited: inherited ?? [] }), ...said.filter((part) => part !== undefined)].join(', ');
}

function expectedText({ decision, code, role, permission, anchor, inherited }: ExpectedDecision): string {
  const matched = [
    role === undefined ? undefined : `role ${role}`, anchor === undefined ? undefined : anchor === null ? 'without anchor' : `at ${anchor}`,
    inherited === undefined ? undefined : `over ${inherited.length === 0 ? 'no other role' : inherited.join(' > ')}`, permission === undefined ? undefined : `permission ${permission}`,
  ].filter((part) => part !== undefined);
  return `${decision.toLowerCase()}${code === undefined ? '' : ` ${code}`}${matched.length === 0 ? '' : `, matched: ${matched.join(', ')}`}`;
}
