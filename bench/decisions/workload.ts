/** Sizes of the workload: 1,000, 100,000 and 1,000,000 grants. */
export const SIZES = {
  S: { users: 100, roles: 10, levels: 3 },
  M: { users: 10_000, roles: 1_000, levels: 5 },
  L: { users: 100_000, roles: 10_000, levels: 6 },
} as const;

/** Name of a size. */
export type SizeName = keyof typeof SIZES;

const REQUESTS = 20_000;
const PERMISSIONS = 400;
const PER_ROLE = 20;
const PER_USER = 8;
const FAN_OUT = 8;

/** A question: may this user do permission `p` at scope `s`. */
export interface WorkloadRequest {
  readonly u: number;
  readonly p: number;
  readonly s: number;
}

/** The same users, roles, scopes and questions for every engine. Permission `p` is action `p % 8` on type `p / 8`. */
export interface Workload {
  readonly size: SizeName;
  readonly users: number;
  readonly roles: number;
  readonly scopes: number;
  /** Permissions of each role. */
  readonly held: readonly (readonly number[])[];
  /** Role and scope of assignment `k`, which belongs to user `k / 8`. */
  readonly assignedRole: Int32Array;
  readonly assignedScope: Int32Array;
  readonly requests: readonly WorkloadRequest[];
  /** Answers by brute force: 1 for allow. */
  readonly expected: Uint8Array;
}

/** Parent of a scope in the full tree; -1 for the root. */
export function parentOf(scope: number): number {
  return scope === 0 ? -1 : Math.floor((scope - 1) / FAN_OUT);
}

/** Makes the workload: mulberry32 with seed 42, all draws in a fixed order, so that every run and every engine sees the same. */
export function makeWorkload(size: SizeName): Workload {
  const { users, roles, levels } = SIZES[size];
  const draw = mulberry32(42);
  const below = (bound: number): number => Math.floor(draw() * bound);
  const first = [0];
  for (let level = 1; level <= levels; level += 1) first.push((first[level - 1] as number) * FAN_OUT + 1);
  const scopes = first[levels] as number;
  const held = Array.from({ length: roles }, () => {
    const set = new Set<number>();
    while (set.size < PER_ROLE) set.add(below(PERMISSIONS));
    return [...set];
  });
  const assignedRole = new Int32Array(users * PER_USER);
  const assignedScope = new Int32Array(users * PER_USER);
  for (let k = 0; k < assignedRole.length; k += 1) {
    assignedRole[k] = below(roles);
    assignedScope[k] = 1 + below(scopes - 1);
  }
  const leaves = first[levels - 1] as number;
  const requests = Array.from({ length: REQUESTS }, (_, i): WorkloadRequest => {
    if (i % 2 === 1) return { u: below(users), p: below(PERMISSIONS), s: leaves + below(scopes - leaves) };
    const k = below(assignedRole.length);
    const p = held[assignedRole[k] as number]?.[below(PER_ROLE)] as number;
    let s = assignedScope[k] as number;
    for (let depth = below(3); depth > 0; depth -= 1) {
      const child = s * FAN_OUT + 1 + below(FAN_OUT);
      if (child < scopes) s = child;
    }
    return { u: Math.floor(k / PER_USER), p, s };
  });
  const made = { size, users, roles, scopes, held, assignedRole, assignedScope, requests };
  return { ...made, expected: Uint8Array.from(requests, (request) => (isAllowed(made, request) ? 1 : 0)) };
}

function isAllowed({ held, assignedRole, assignedScope }: Omit<Workload, 'expected'>, { u, p, s }: WorkloadRequest): boolean {
  const above = new Set<number>();
  for (let scope = s; scope >= 0; scope = parentOf(scope)) above.add(scope);
  for (let k = u * PER_USER; k < (u + 1) * PER_USER; k += 1) {
    if (above.has(assignedScope[k] as number) && held[assignedRole[k] as number]?.includes(p) === true) return true;
  }
  return false;
}

/** Tommy Ettinger's mulberry32: a 32-bit generator of numbers from 0 to 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
