import { readDemo, type DemoFile } from './demo.js';
import type { PolityServer } from './polity-server.js';

/** What the person at the terminal sees when the server is up: where to look, how to sign in, one check that allows and one that denies. */
export async function firstContact({ platform, url }: PolityServer): Promise<string[]> {
  const { settings, kernel } = platform;
  const lines = ['', `Polity is ${kernel.ready() ? 'ready' : `listening, not ready yet: see ${url}/readyz`}`, `  GraphQL    ${url}/graphql${settings.graphql.graphiql ? '  (open it in a browser for GraphiQL)' : ''}`, `  Health     ${url}/livez  ${url}/readyz  ${url}/version`];
  for (const { variable, message } of settings.warnings) lines.push(`  Warning    ${variable}: ${message}`);
  const demo = kernel.ready() ? await readDemo(platform) : undefined;
  if (demo !== undefined) lines.push(...demoLines(demo, url, settings.database.dataDir));
  return [...lines, ''];
}

function demoLines(demo: DemoFile, url: string, dataDir: string): string[] {
  return [
    '', `  Demo sign-in (kept in ${dataDir}/demo.json; remove it with: npx polity admin remove-demo)`,
    `    e-mail     ${demo.email}`, `    password   ${demo.password}`,
    '', '  May the demo reviewer approve invoice INV-001? (allow)', `    ${curl(demo, url, demo.allowedResourceId)}`,
    '', '  And INV-002, which lies outside the Finance tree? (deny)', `    ${curl(demo, url, demo.deniedResourceId)}`,
  ];
}

function curl(demo: DemoFile, url: string, resourceId: string): string {
  const input = {
    actor: { userId: demo.userId, memberId: demo.memberId, userMemberId: demo.userMemberId, spaceId: demo.spaceId },
    resourceType: demo.resourceType, action: demo.action, resourceId,
  };
  const body = JSON.stringify({ query: 'query ($input: CheckInput!) { check(input: $input) { decision denyCode reason traceId } }', variables: { input } });
  return `curl -s ${url}/graphql -H 'content-type: application/json' -H 'x-polity-api-key: ${demo.apiKey}' -d '${body}'`;
}
