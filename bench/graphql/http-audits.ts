import { serverAudits } from 'graphql-http';
import type { Api } from '../support/api.js';

/** Runs the audits of GraphQL over HTTP as a signed-in caller; gives how many there are and the names of those that are not passed. */
export async function auditHttp({ url, headers }: Api): Promise<{ readonly count: number; readonly failed: readonly string[] }> {
  const audits = serverAudits({
    url: () => `${url}/graphql`,
    fetchFn: (address: string, init: RequestInit = {}) => fetch(address, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
  });
  const failed: string[] = [];
  for (const audit of audits) if ((await audit.fn()).status !== 'ok') failed.push(audit.name);
  return { count: audits.length, failed };
}
