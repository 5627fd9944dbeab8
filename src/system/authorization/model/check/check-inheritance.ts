import type { Ref, RoleEntry } from '../model.js';
import type { Problems } from '../yaml/problems.js';

/** Longest chain of inheritances, as the database takes it. */
const LONGEST_CHAIN = 16;

/** Reports Roles that inherit themselves, and chains that are too long. Names that lead nowhere are reported elsewhere. */
export function checkInheritance(roles: ReadonlyMap<string, RoleEntry>, problems: Problems): void {
  const chains = new Map<string, number>();
  const waiting = new Set(roles.keys());
  const inheritedOf = (key: string): readonly Ref[] => (roles.get(key)?.inherits ?? []).filter(({ name }) => roles.has(name));
  // Roles are settled when all that they inherit are; what can never be settled leads into a circle.
  for (const key of inSettlingOrder(roles, inheritedOf)) {
    waiting.delete(key);
    let longest = 0;
    for (const { name, at } of inheritedOf(key)) {
      const length = 1 + (chains.get(name) ?? 0);
      if (length === LONGEST_CHAIN + 1) problems.add(at, `${key} would be the beginning of a chain of more than ${LONGEST_CHAIN} inheritances.`);
      longest = Math.max(longest, length);
    }
    chains.set(key, longest);
  }
  const [start] = waiting;
  if (start === undefined) return;
  const circle = circleFrom(start, waiting, inheritedOf);
  const closing = inheritedOf(circle.at(-1)!).find(({ name }) => name === circle[0])!;
  problems.add(closing.at, `A Role would inherit itself: ${[...circle, closing.name].join(' > ')}.`);
}

function inSettlingOrder(roles: ReadonlyMap<string, RoleEntry>, inheritedOf: (key: string) => readonly Ref[]): string[] {
  const open = new Map<string, number>();
  const heirs = new Map<string, string[]>();
  for (const key of roles.keys()) {
    const inherited = inheritedOf(key);
    open.set(key, inherited.length);
    for (const { name } of inherited) {
      const held = heirs.get(name);
      if (held === undefined) heirs.set(name, [key]);
      else held.push(key);
    }
  }
  const settled = [...roles.keys()].filter((key) => open.get(key) === 0);
  // An array goes on over what is pushed while it is walked.
  for (const key of settled) {
    for (const heir of heirs.get(key) ?? []) {
      const left = open.get(heir)! - 1;
      open.set(heir, left);
      if (left === 0) settled.push(heir);
    }
  }
  return settled;
}

// Each of them inherits another of them: following any leads back to one that was met.
function circleFrom(start: string, among: ReadonlySet<string>, inheritedOf: (key: string) => readonly Ref[]): string[] {
  const met: string[] = [];
  for (let at = start; ; at = inheritedOf(at).find(({ name }) => among.has(name))!.name) {
    const first = met.indexOf(at);
    if (first >= 0) return met.slice(first);
    met.push(at);
  }
}
