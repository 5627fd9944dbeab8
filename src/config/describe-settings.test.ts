import { describeSettings } from './describe-settings.js';
import { loadSettings } from './load-settings.js';
import { knownVariables } from './settings-list.js';

const valueOf = (variable: string, env: Record<string, string> = {}) =>
  describeSettings(loadSettings(env)).find((row) => row.variable === variable)?.value;

describe('describeSettings', () => {
  test('describes every setting once', () => {
    const rows = describeSettings();
    expect(new Set(rows.map(({ variable }) => variable)).size).toBe(rows.length);
    expect(rows.map(({ variable }) => variable)).toEqual(knownVariables.filter((variable) => !variable.endsWith('_FILE')));
    for (const { variable, description, value } of rows) {
      expect(variable).toMatch(/^(PORT|HOST|NODE_ENV|DATABASE_URL|POLITY_[A-Z_]+|OTEL_[A-Z_]+)$/);
      expect(description).toMatch(/^[A-Z].*[.)]$/);
      expect(value).toBeUndefined();
    }
  });

  test('gives numbers that measure something a unit', () => {
    const units = new Map([['MS', 'ms'], ['S', 's'], ['BYTES', 'bytes']]);
    const measured = describeSettings().filter(({ variable }) => units.has(variable.split('_').at(-1) ?? ''));
    expect(measured.length).toBeGreaterThan(10);
    for (const { variable, unit } of measured) expect(unit).toBe(units.get(variable.split('_').at(-1) ?? ''));
  });

  test.each([
    ['PORT', { PORT: '5000' }, '5000'],
    ['POLITY_GRAPHIQL', {}, 'on'],
    ['POLITY_GRAPHIQL', { POLITY_GRAPHIQL: '0' }, 'off'],
    ['POLITY_PUBLIC_URL', {}, 'unset'],
    ['POLITY_CORS_ORIGINS', {}, 'none'],
    ['POLITY_CORS_ORIGINS', { POLITY_CORS_ORIGINS: 'https://a.example.org,https://b.example.org' }, 'https://a.example.org, https://b.example.org'],
    ['DATABASE_URL', {}, 'unset'],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://u:p@h/d' }, 'set'],
    ['POLITY_MASTER_KEY', { POLITY_MASTER_KEY: '00'.repeat(32) }, 'set'],
  ])('shows %s under %p as %s', (variable, env, expected) => {
    expect(valueOf(variable, env)).toBe(expected);
  });

  test('shows issuers as JSON', () => {
    const issuer = { issuer: 'https://id.example.org', audience: ['polity'], algorithms: ['ES256'], jwksUri: 'https://id.example.org/jwks' };
    expect(valueOf('POLITY_OIDC_ISSUERS', { POLITY_OIDC_ISSUERS: JSON.stringify([issuer]) })).toBe(JSON.stringify(issuer));
  });
});
