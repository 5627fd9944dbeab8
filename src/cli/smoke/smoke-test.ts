import type { DecisionCase } from './decision-case.js';
import { codesOf, type Probe } from './probe.js';

/** One thing that was tried. */
export interface SmokeResult {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

/** One guarded field of each system capability. */
const PROTECTED: Readonly<Record<string, string>> = {
  'audit.explainable': '{ auditEvents(first: 1) { edges { cursor } } }',
  'identity.business': '{ users(first: 1) { edges { cursor } } }',
  'resource.registry': '{ resourceTypes(first: 1) { edges { cursor } } }',
  'authorization.resource': '{ permissions(first: 1) { edges { cursor } } }',
  'admin.control_plane': '{ adminGrants(first: 1) { edges { cursor } } }',
};
const DENIALS = new Set(['AUTHENTICATION_REQUIRED', 'UNAUTHENTICATED', 'UNAUTHORIZED_FIELD_OR_TYPE']);

const CHECK = 'query Smoke($input: CheckInput!) { check(input: $input) { decision denyCode } }';

type Attempt = () => Promise<{ readonly passed: boolean; readonly message: string }>;

async function attempt(name: string, work: Attempt): Promise<SmokeResult> {
  try {
    return { name, ...(await work()) };
  } catch (error) {
    // `fetch` says only that it failed; what failed is its cause.
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    return { name, passed: false, message: cause?.code ?? cause?.message ?? message };
  }
}

/** Tries a server as its callers would: probes, protected fields without credentials, and a decision each way. */
export async function* smokeTest(probe: Probe, decisions: DecisionCase | undefined): AsyncGenerator<SmokeResult> {
  yield attempt('health', async () => {
    const { status } = await probe.get('/livez');
    return { passed: status === 200, message: `/livez answers ${status}` };
  });
  yield attempt('readiness', async () => {
    const { status, body } = await probe.get('/readyz');
    const reasons = Array.isArray(body?.['reasons']) ? (body['reasons'] as string[]) : [];
    return { passed: status === 200, message: reasons.length === 0 ? `/readyz answers ${status}` : reasons.join('; ') };
  });
  yield attempt('version', async () => {
    const { status, body } = await probe.get('/version');
    const version = body?.['version'];
    const revision = body?.['sourceRevision'];
    const passed = status === 200 && typeof version === 'string';
    return { passed, message: passed ? `${version}${typeof revision === 'string' ? ` (${revision})` : ''}` : `/version answers ${status}` };
  });
  for (const [capability, query] of Object.entries(PROTECTED)) {
    yield attempt(`protected ${capability}`, async () => {
      const answer = await probe.graphql(query, {});
      const codes = codesOf(answer);
      const gave = Object.values((answer.body?.['data'] ?? {}) as Record<string, unknown>).some((value) => value !== null);
      const passed = !gave && codes.length > 0 && codes.every((code) => DENIALS.has(code));
      return { passed, message: passed ? 'denied without credentials' : `expected a denial, got ${gave ? 'data' : codes.join(', ') || `status ${answer.status}`}` };
    });
  }
  if (decisions === undefined) return;
  yield decide(probe, decisions, 'allow', 'ALLOW', decisions.allowedResourceId);
  yield decide(probe, decisions, 'deny', 'DENY', decisions.deniedResourceId);
}

function decide(probe: Probe, { actor, resourceType, action, apiKey }: DecisionCase, name: string, expected: string, resourceId: string): Promise<SmokeResult> {
  return attempt(name, async () => {
    const answer = await probe.graphql(CHECK, { input: { actor, resourceType, action, resourceId } }, apiKey);
    const check = ((answer.body?.['data'] ?? {}) as { check?: { decision: string; denyCode: string | null } | null }).check;
    const got = check == null ? codesOf(answer).join(', ') || `status ${answer.status}` : [check.decision, check.denyCode].filter((part) => part !== null).join(' ');
    const question = `${resourceType}.${action} on ${resourceId}`;
    return { passed: check?.decision === expected, message: `${question}: ${got}${check?.decision === expected ? '' : `, expected ${expected}`}` };
  });
}
