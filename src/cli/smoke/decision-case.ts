import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readSecret } from '../console/read-secret.js';
import type { Invocation } from '../invocation.js';
import { UsageError } from '../usage-error.js';

const id = z.string().min(1);

const decisionCase = z.object({
  apiKey: id,
  actor: z.object({ userId: id, memberId: id, userMemberId: id, spaceId: id }),
  resourceType: id,
  action: id,
  allowedResourceId: id,
  deniedResourceId: id,
});

/** A question that must be allowed and one that must be denied, and the API key to ask them with. */
export type DecisionCase = z.infer<typeof decisionCase>;

/** The demo's file names the ids of the actor one by one. */
const demoFile = z.looseObject({ userId: id, memberId: id, userMemberId: id, spaceId: id }).transform(({ userId, memberId, userMemberId, spaceId, ...rest }) =>
  ({ ...rest, actor: { userId, memberId, userMemberId, spaceId } })).pipe(decisionCase);

const OPTIONS = {
  userId: 'user-id', memberId: 'member-id', userMemberId: 'user-member-id', spaceId: 'space', resourceType: 'type', action: 'action',
  allowedResourceId: 'allow', deniedResourceId: 'deny',
} as const;

/**
 * Reads the case from the demo's file or from the options; undefined when neither is there.
 *
 * @throws UsageError naming what is missing
 */
export async function readDecisionCase(invocation: Invocation): Promise<DecisionCase | undefined> {
  const file = invocation.option('demo');
  const values = Object.fromEntries(Object.entries(OPTIONS).map(([field, option]) => [field, invocation.option(option)]));
  const keyFile = invocation.option('api-key-file');
  const given = Object.values(values).some((value) => value !== undefined) || keyFile !== undefined;
  if (file !== undefined && given) throw new UsageError('--demo says everything; leave the other options out');
  if (file !== undefined) return readDemo(file);
  if (!given) return undefined;
  const missing = Object.entries(OPTIONS).filter(([field]) => values[field] === undefined).map(([, option]) => `--${option}`);
  if (keyFile === undefined) missing.unshift('--api-key-file');
  if (missing.length > 0) throw new UsageError(`${missing.join(', ')} missing: a decision needs all of them`);
  const apiKey = await readSecret(invocation.io, keyFile, 'api-key-file', 'API key');
  return demoFile.parse({ ...values, apiKey });
}

async function readDemo(file: string): Promise<DecisionCase> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--demo: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no JSON'})`);
  }
  const parsed = demoFile.safeParse(content);
  if (!parsed.success) throw new UsageError(`--demo: ${file} has no ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  return parsed.data;
}
