import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadSettings } from './load-settings.js';
import type { Environment } from './setting.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';

const problemsOf = (env: Environment): readonly SettingsProblem[] => {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

const token = 'q7Zt0vWm3Xc9Kp2Lr8Nd5Hs1Bf6Gj4Ty';

describe('loadSettings', () => {
  test('gives every default for an empty environment', () => {
    const settings = loadSettings({});
    expect(settings).toMatchObject({
      production: false,
      warnings: [],
      runtime: { environment: 'development', sourceRevision: undefined },
      http: { port: 4000, host: '127.0.0.1', publicUrl: undefined, corsOrigins: [], trustedProxies: [], requestIdHeader: 'x-request-id' },
      database: { url: undefined, dataDir: '.polity/', poolSize: 10, decisionPoolSize: 2, statementTimeoutMs: 10_000 },
      keys: { masterKey: undefined },
      identity: { accessTokenTtlS: 900, refreshTokenTtlS: 2_592_000, passwordMinLength: 12, registrationMode: 'off', oidcIssuers: [] },
      graphql: { introspection: true, graphiql: true },
      governance: { spaceDeletionWaitS: 604_800, authzenSubjectTypes: ['identity=user'] },
      observability: { logLevel: 'info', logFormat: 'text', metricsEnabled: true, metricsToken: undefined },
    });
  });

  test('reads the process when nothing else is given', () => {
    expect(loadSettings().runtime.environment).toBe('test');
  });

  test('reads given values and drops blanks', () => {
    const settings = loadSettings({
      NODE_ENV: 'test',
      PORT: ' 0 ',
      HOST: '::1',
      POLITY_PUBLIC_URL: 'https://polity.example.org/',
      POLITY_CORS_ORIGINS: 'https://a.example.org, http://localhost:3000,, https://a.example.org',
      POLITY_TRUSTED_PROXIES: '10.0.0.0/8,192.0.2.1, fd00::/8,2001:db8::1',
      POLITY_REQUEST_ID_HEADER: 'X-Correlation-Id',
      POLITY_METRICS_ENABLED: 'No',
      POLITY_GRAPHIQL: 'off',
      POLITY_LOG_LEVEL: 'debug',
      POLITY_SOURCE_REVISION: 'v1.2.3+abc',
    });
    expect(settings.http).toMatchObject({
      port: 0,
      host: '::1',
      publicUrl: 'https://polity.example.org',
      corsOrigins: ['https://a.example.org', 'http://localhost:3000'],
      trustedProxies: ['10.0.0.0/8', '192.0.2.1/32', 'fd00::/8', '2001:db8::1/128'],
      requestIdHeader: 'x-correlation-id',
    });
    expect(settings.observability).toMatchObject({ metricsEnabled: false, logLevel: 'debug', logFormat: 'json' });
    expect(settings.graphql).toMatchObject({ graphiql: false, introspection: true });
    expect(settings.runtime.sourceRevision).toBe('v1.2.3+abc');
  });

  test('takes an empty value for an unset one', () => {
    expect(loadSettings({ PORT: '', DATABASE_URL: '  ', POLITY_CORS_ORIGINS: '' })).toEqual(loadSettings({}));
  });

  test.each([
    ['1', true],
    ['true', true],
    ['YES', true],
    ['on', true],
    ['0', false],
    ['false', false],
    ['no', false],
    ['Off', false],
  ])('reads the switch %s as %p', (text, expected) => {
    expect(loadSettings({ POLITY_INTROSPECTION: text }).graphql.introspection).toBe(expected);
  });

  test('is frozen to any depth', () => {
    const settings = loadSettings({ POLITY_CORS_ORIGINS: 'https://a.example.org', POLITY_MASTER_KEY: '00'.repeat(32) });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.http)).toBe(true);
    expect(Object.isFrozen(settings.http.corsOrigins)).toBe(true);
    expect(Object.isFrozen(settings.keys.masterKey)).toBe(true);
    expect(Object.isFrozen(settings.warnings)).toBe(true);
    expect(Object.isFrozen(loadSettings({}).identity.oidcIssuers)).toBe(true);
  });

  test('collects every problem and names the variables', () => {
    const env = { PORT: 'http', NODE_ENV: 'prod', POLITY_LOG_LEVEL: 'loud', POLITY_PORT: '1', POLITY_REGISTRATION_MODE: 'token' };
    expect(problemsOf(env).map(({ variable }) => variable).toSorted()).toEqual(
      ['NODE_ENV', 'POLITY_LOG_LEVEL', 'POLITY_PORT', 'POLITY_REGISTRATION_TOKEN', 'PORT'],
    );
    expect(() => loadSettings(env)).toThrow(/^Settings are not valid:\n {2}POLITY_PORT: .*\n/);
  });

  test('has the code of the closed set', () => {
    expect(new SettingsError([])).toMatchObject({ name: 'SettingsError', code: 'SETTINGS_INVALID', problems: [] });
  });

  test.each([
    ['POLITY_DATABSE_POOL', 'POLITY_DATA_DIR'],
    ['POLITY_LOGLEVEL', 'POLITY_LOG_LEVEL'],
    ['POLITY_MASTERKEY_FILE', 'POLITY_MASTER_KEY_FILE'],
    ['POLITY_GRAPHQIL', 'POLITY_GRAPHIQL'],
    ['POLITY_LOG_LEVEL_FILE', 'POLITY_LOG_LEVEL'],
  ])('refuses the unknown variable %s and names the nearest', (variable, nearest) => {
    expect(problemsOf({ [variable]: '' })).toEqual([{ variable, message: `is not a setting; did you mean ${nearest}?` }]);
  });

  test.each<[string, string]>([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '4e3'],
    ['HOST', 'a b'],
    ['DATABASE_URL', 'mysql://a:b@c/d'],
    ['DATABASE_URL', 'postgres://user:password@host'],
    ['DATABASE_URL', 'postgres://[bad/x'],
    ['DATABASE_URL', 'postgres://user:100%@host/polity'],
    ['DATABASE_URL', 'postgres://user:%ff@host/polity'],
    ['POLITY_MASTER_KEY', 'hunter2'],
    ['POLITY_MASTER_KEY', '00'.repeat(31)],
    ['POLITY_MASTER_KEY', `${'A'.repeat(42)}B=`],
    ['POLITY_PUBLIC_URL', 'polity.example.org'],
    ['POLITY_PUBLIC_URL', 'ftp://polity.example.org'],
    ['POLITY_PUBLIC_URL', 'https://user@polity.example.org'],
    ['POLITY_PUBLIC_URL', 'https://polity.example.org/?a=b'],
    ['POLITY_CORS_ORIGINS', '*'],
    ['POLITY_CORS_ORIGINS', 'https://a.example.org/path'],
    ['POLITY_CORS_ORIGINS', 'https://a.example.org,null'],
    ['POLITY_TRUSTED_PROXIES', 'loopback'],
    ['POLITY_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['POLITY_TRUSTED_PROXIES', '10/8'],
    ['POLITY_REQUEST_ID_HEADER', 'x request'],
    ['POLITY_MAX_BODY_BYTES', '1MiB'],
    ['POLITY_METRICS_ENABLED', 'enabled?'],
    ['POLITY_METRICS_TOKEN', 'short'],
    ['POLITY_METRICS_TOKEN', `${token} ${token}`],
    ['POLITY_METRICS_TOKEN', 'a1'.repeat(257)],
    ['POLITY_REGISTRATION_MODE', 'on'],
    ['POLITY_PASSWORD_MIN_LENGTH', '7'],
    ['POLITY_SOURCE_REVISION', 'a b'],
    ['POLITY_AUTHZEN_SUBJECT_TYPES', 'identity'],
    ['POLITY_AUTHZEN_SUBJECT_TYPES', 'identity=person'],
    ['POLITY_AUTHZEN_SUBJECT_TYPES', 'user=member'],
    ['POLITY_AUTHZEN_SUBJECT_TYPES', 'a=user=member'],
    ['POLITY_AUTHZEN_SUBJECT_TYPES', ' =user'],
  ])('refuses %s=%s', (variable, value) => {
    const problems = problemsOf({ [variable]: value });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
  });

  describe('settings that contradict each other', () => {
    test.each<[string, Environment]>([
      ['POLITY_HEADERS_TIMEOUT_MS', { POLITY_REQUEST_TIMEOUT_MS: '1000' }],
      ['POLITY_ACCESS_TOKEN_TTL_S', { POLITY_REFRESH_TOKEN_TTL_S: '600' }],
      ['POLITY_MIGRATE_DATABASE_URL', { POLITY_MIGRATE_DATABASE_URL: 'postgres://owner:xxxxxxxx@db/polity' }],
      ['POLITY_REGISTRATION_TOKEN', { POLITY_REGISTRATION_MODE: 'token', POLITY_BOOTSTRAP_TOKEN: token }],
      ['POLITY_BOOTSTRAP_TOKEN', { POLITY_REGISTRATION_MODE: 'bootstrap', POLITY_REGISTRATION_TOKEN: token }],
    ])('are refused at %s', (variable, env) => {
      expect(problemsOf(env).map((problem) => problem.variable)).toEqual([variable]);
    });

    test('are accepted when they fit', () => {
      expect(loadSettings({ POLITY_REGISTRATION_MODE: 'token', POLITY_REGISTRATION_TOKEN: token }).warnings).toEqual([]);
      expect(loadSettings({ POLITY_REGISTRATION_MODE: 'bootstrap', POLITY_BOOTSTRAP_TOKEN: token }).warnings).toEqual([]);
    });
  });

  describe('a secret', () => {
    const hex = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
    const bytes = Buffer.from(hex, 'hex');
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'polity-settings-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const file = (content: string): string => {
      const path = join(folder, 'secret');
      writeFileSync(path, content);
      return path;
    };

    test.each([hex, hex.toUpperCase(), bytes.toString('base64'), bytes.toString('base64url')])('master key is read from %s', (text) => {
      expect(loadSettings({ POLITY_MASTER_KEY: text }).keys.masterKey?.reveal()).toEqual(bytes);
    });

    test('may come from a file, which is trimmed', () => {
      const settings = loadSettings({ POLITY_MASTER_KEY_FILE: file(`\n${hex}\n`) });
      expect(settings.keys.masterKey?.reveal()).toEqual(bytes);
    });

    test('may not come twice', () => {
      expect(problemsOf({ POLITY_MASTER_KEY: hex, POLITY_MASTER_KEY_FILE: file(hex) })).toEqual([
        { variable: 'POLITY_MASTER_KEY', message: 'set either POLITY_MASTER_KEY or POLITY_MASTER_KEY_FILE, not both' },
      ]);
    });

    test.each([
      ['missing', () => join(folder, 'absent'), /cannot be read \(ENOENT\)/],
      ['a folder', () => folder, /cannot be read \(EISDIR\)/],
      ['empty', () => file(' \n'), /is empty/],
      ['too large', () => file('x'.repeat(70_000)), /larger than/],
    ])('may not come from a file that is %s', (_, path, message) => {
      expect(problemsOf({ POLITY_METRICS_TOKEN_FILE: path() })).toEqual([
        { variable: 'POLITY_METRICS_TOKEN_FILE', message: expect.stringMatching(message) as string },
      ]);
    });

    test('never shows in messages, JSON or inspection', () => {
      const password = 'S3cr3tPassw0rd';
      const env = { DATABASE_URL: `mysql://u:${password}@h/d`, POLITY_METRICS_TOKEN: `${password} `.repeat(4), POLITY_MASTER_KEY: password };
      expect(problemsOf(env)).toHaveLength(3);
      expect(JSON.stringify(problemsOf(env))).not.toContain(password);
      const settings = loadSettings({ DATABASE_URL: `postgres://u:${password}@h/d` });
      expect(settings.database.url?.reveal()).toContain(password);
      for (const shown of [JSON.stringify(settings), inspect(settings, { depth: 9, showHidden: true }), String(settings.database.url)]) {
        expect(shown).not.toContain(password);
        expect(shown).toContain('[secret]');
      }
    });
  });

  describe('OpenID Connect issuers', () => {
    const issuer = { issuer: 'https://id.example.org', audience: 'polity', algorithms: ['ES256'], jwksUri: 'https://id.example.org/jwks' };
    const load = (...list: unknown[]) => loadSettings({ POLITY_OIDC_ISSUERS: JSON.stringify(list) }).identity.oidcIssuers;

    test('are read from JSON', () => {
      expect(load(issuer, { ...issuer, issuer: 'http://localhost:9000', audience: ['a', 'b'] })).toEqual([
        { ...issuer, audience: ['polity'] },
        { ...issuer, issuer: 'http://localhost:9000', audience: ['a', 'b'] },
      ]);
      expect(Object.isFrozen(load(issuer)[0]?.algorithms)).toBe(true);
    });

    test.each<[string, unknown[], RegExp]>([
      ['a symmetric algorithm', [{ ...issuer, algorithms: ['HS256'] }], /0\.algorithms\.0: must be one of/],
      ['no algorithm at all', [{ ...issuer, algorithms: ['none'] }], /0\.algorithms\.0: must be one of/],
      ['an empty list of algorithms', [{ ...issuer, algorithms: [] }], /at least one algorithm/],
      ['a plain http issuer', [{ ...issuer, issuer: 'http://id.example.org' }], /0\.issuer: must be an https address/],
      ['a plain http key address', [{ ...issuer, jwksUri: 'http://id.example.org/jwks' }], /0\.jwksUri: must be an https address/],
      ['no address', [{ ...issuer, issuer: 'id' }], /0\.issuer/],
      ['no audience', [{ ...issuer, audience: undefined }], /0\.audience/],
      ['an empty audience', [{ ...issuer, audience: [] }], /0\.audience/],
      ['an unknown member', [{ ...issuer, secret: 'x' }], /secret/],
      ['the same issuer twice', [issuer, issuer], /names an issuer twice/],
    ])('with %s are refused', (_, list, message) => {
      expect(problemsOf({ POLITY_OIDC_ISSUERS: JSON.stringify(list) })).toEqual([
        { variable: 'POLITY_OIDC_ISSUERS', message: expect.stringMatching(message) as string },
      ]);
    });

    test.each(['{', '{}', 'null', 'https://id.example.org'])('are a JSON list, not %s', (text) => {
      expect(problemsOf({ POLITY_OIDC_ISSUERS: text })).toHaveLength(1);
    });
  });
});
