import { randomBytes } from 'node:crypto';
import { loadSettings } from '../load-settings.js';
import type { Environment } from '../setting.js';
import { SettingsError, type SettingsProblem } from '../settings-error.js';

const token = () => randomBytes(32).toString('base64url');

/** The least that a production process needs. */
const sound = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://polity_app:T9vQ2xLk0aWd@db.example.org:5432/polity?sslmode=verify-full',
  POLITY_MASTER_KEY: randomBytes(32).toString('base64'),
  POLITY_PUBLIC_URL: 'https://polity.example.org',
};

const problemsOf = (env: Environment): readonly SettingsProblem[] => {
  try {
    loadSettings({ ...sound, ...env });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

const warningsOf = (env: Environment) => loadSettings({ ...sound, ...env }).warnings.map(({ variable }) => variable);

describe('a production process', () => {
  test('starts with sound settings, closed and without warnings', () => {
    expect(loadSettings(sound)).toMatchObject({
      production: true,
      warnings: [],
      graphql: { introspection: false, graphiql: false },
      observability: { metricsEnabled: false, logFormat: 'json' },
    });
  });

  test('names everything that is missing at once', () => {
    expect(() => loadSettings({ NODE_ENV: 'production' })).toThrow(SettingsError);
    const missing = { DATABASE_URL: undefined, POLITY_MASTER_KEY: undefined, POLITY_PUBLIC_URL: undefined };
    expect(problemsOf(missing).map(({ variable }) => variable)).toEqual(['DATABASE_URL', 'POLITY_MASTER_KEY', 'POLITY_PUBLIC_URL']);
  });

  test('says one thing about a setting that could not be read', () => {
    expect(problemsOf({ POLITY_MASTER_KEY: undefined, POLITY_MASTER_KEY_FILE: '/does/not/exist' })).toEqual([
      { variable: 'POLITY_MASTER_KEY_FILE', message: expect.stringContaining('cannot be read') as string },
    ]);
    expect(problemsOf({ DATABASE_URL: 'localhost' })).toHaveLength(1);
  });

  test.each([
    ['a password of an image', 'postgres://postgres:postgres@db/polity', /default or demo/],
    ['a password of a tutorial', 'postgres://polity_app:ChangeMe@db/polity', /default or demo/],
    ['an encoded password of a tutorial', 'postgres://polity_app:%63hangeme@db/polity', /default or demo/],
    ['a password in the parameters', 'postgres://polity_app:T9vQ2xLk0aWd@db/polity?password=secret', /default or demo/],
    ['a password equal to the user', 'postgres://polity_app:polity_app@db/polity', /equal to its user/],
    ['a short password', 'postgres://polity_app:T9vQ2xL@db/polity', /shorter than 8/],
    ['no password over the network', 'postgres://polity_app@db/polity', /must carry a password/],
    ['no password and no host', 'postgres:///polity', /must carry a password/],
    ['no password on loopback', 'postgres://polity_app@localhost/polity', /must carry a password/],
  ])('refuses a database address with %s', (_, address, message) => {
    for (const variable of ['DATABASE_URL', 'POLITY_MIGRATE_DATABASE_URL']) {
      expect(problemsOf({ [variable]: address })).toEqual([{ variable, message: expect.stringMatching(message) as string }]);
    }
  });

  test.each([
    ['a UNIX socket', 'postgres://polity_app@%2Fvar%2Frun%2Fpostgresql/polity'],
    ['a UNIX socket in the parameters', 'postgres:///polity?host=/var/run/postgresql'],
    ['a client certificate', 'postgres://polity_app@db/polity?sslmode=verify-full&sslcert=client.crt&sslkey=client.key'],
  ])('accepts a database address without a password by %s', (_, address) => {
    expect(problemsOf({ DATABASE_URL: address })).toEqual([]);
  });

  test.each([
    ['all zero', Buffer.alloc(32), /sequence/],
    ['one byte again and again', Buffer.alloc(32, 0xa7), /sequence/],
    ['ascending', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), /sequence/],
    ['ascending over the end', Buffer.from(Array.from({ length: 32 }, (_, index) => index + 240)), /sequence/],
    ['descending', Buffer.from(Array.from({ length: 32 }, (_, index) => 200 - index)), /sequence/],
    ['a short pattern', Buffer.from('deadbeef'.repeat(8), 'hex'), /repeats/],
    ['a placeholder', Buffer.from('this-is-my-placeholder-key-32-by'), /readable text/],
    ['a passphrase', Buffer.from('Quick zephyrs blow, vexing Jim!?'), /readable text/],
  ])('refuses a master key that is %s', (_, key, message) => {
    const expected = [{ variable: 'POLITY_MASTER_KEY', message: expect.stringMatching(message) as string }];
    expect(problemsOf({ POLITY_MASTER_KEY: key.toString('hex') })).toEqual(expected);
    expect(problemsOf({ POLITY_MASTER_KEY: key.toString('base64') })).toEqual(expected);
  });

  test('never refuses a random master key', () => {
    for (let round = 0; round < 500; round += 1) {
      expect(problemsOf({ POLITY_MASTER_KEY: randomBytes(32).toString('hex') })).toEqual([]);
    }
  });

  test.each([
    'http://localhost:4000',
    'https://polity.localhost',
    'https://127.0.0.1',
    'https://127.8.9.1:4000/x',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://LOCALHOST.',
    'https://0.0.0.0',
    'https://[::]',
  ])('refuses the public address %s', (address) => {
    expect(problemsOf({ POLITY_PUBLIC_URL: address })).toEqual([
      { variable: 'POLITY_PUBLIC_URL', message: 'names only this machine; clients could not reach it' },
    ]);
  });

  test.each(['0.0.0.0/0', '::/0', '10.0.0.0/8,::/0'])('refuses to trust the proxies %s', (ranges) => {
    expect(problemsOf({ POLITY_TRUSTED_PROXIES: ranges }).map(({ variable }) => variable)).toEqual(['POLITY_TRUSTED_PROXIES']);
  });

  test('refuses metrics on the network without a token', () => {
    const open = { POLITY_METRICS_ENABLED: 'on', HOST: '0.0.0.0' };
    expect(problemsOf(open).map(({ variable }) => variable)).toEqual(['POLITY_METRICS_ENABLED']);
    expect(problemsOf({ ...open, HOST: '127.0.0.1' })).toEqual([]);
    expect(problemsOf({ ...open, POLITY_METRICS_TOKEN: token() })).toEqual([]);
    expect(loadSettings({ ...sound, HOST: '0.0.0.0', POLITY_METRICS_TOKEN: token() }).observability.metricsEnabled).toBe(true);
  });

  test.each([
    ['token', 'POLITY_REGISTRATION_TOKEN'],
    ['bootstrap', 'POLITY_BOOTSTRAP_TOKEN'],
  ])('refuses registration mode %s without a strong token', (mode, variable) => {
    const weak = ['', 'aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1g', 'changeme-changeme-changeme-changeme', '0101'.repeat(10)];
    for (const text of weak) {
      expect(problemsOf({ POLITY_REGISTRATION_MODE: mode, [variable]: text }).map((problem) => problem.variable)).toEqual([variable]);
    }
    expect(problemsOf({ POLITY_REGISTRATION_MODE: mode, [variable]: token() })).toEqual([]);
  });

  test('refuses one token for two purposes', () => {
    const shared = token();
    expect(problemsOf({ POLITY_REGISTRATION_TOKEN: shared, POLITY_METRICS_TOKEN: shared })).toEqual([
      { variable: 'POLITY_METRICS_TOKEN', message: 'must differ from POLITY_REGISTRATION_TOKEN' },
    ]);
  });

  test.each<[Environment, string]>([
    [{ POLITY_INTROSPECTION: 'on' }, 'POLITY_INTROSPECTION'],
    [{ POLITY_GRAPHIQL: 'on' }, 'POLITY_GRAPHIQL'],
    [{ POLITY_PUBLIC_URL: 'http://polity.example.org' }, 'POLITY_PUBLIC_URL'],
    [{ POLITY_CORS_ORIGINS: 'http://app.example.org' }, 'POLITY_CORS_ORIGINS'],
    [{ POLITY_REGISTRATION_MODE: 'public' }, 'POLITY_REGISTRATION_MODE'],
    [{ POLITY_REGISTRATION_MODE: 'bootstrap', POLITY_BOOTSTRAP_TOKEN: token() }, 'POLITY_REGISTRATION_MODE'],
    [{ POLITY_PASSWORD_MIN_LENGTH: '10' }, 'POLITY_PASSWORD_MIN_LENGTH'],
    [{ DATABASE_URL: 'postgres://polity_app:T9vQ2xLk0aWd@db/polity' }, 'DATABASE_URL'],
    [{ POLITY_MIGRATE_DATABASE_URL: sound.DATABASE_URL }, 'POLITY_MIGRATE_DATABASE_URL'],
    [{ POLITY_REGISTRATION_TOKEN: token() }, 'POLITY_REGISTRATION_TOKEN'],
    [{ POLITY_BOOTSTRAP_TOKEN: token() }, 'POLITY_BOOTSTRAP_TOKEN'],
  ])('warns about %p', (env, variable) => {
    expect(warningsOf(env)).toEqual([variable]);
  });

  test('has nothing to say about a database on this machine', () => {
    expect(warningsOf({ DATABASE_URL: 'postgres://polity_app:T9vQ2xLk0aWd@127.0.0.1/polity' })).toEqual([]);
  });
});

test('outside production the same settings start without warnings', () => {
  const weak = {
    DATABASE_URL: 'postgres://postgres:postgres@db/polity',
    POLITY_MASTER_KEY: '00'.repeat(32),
    POLITY_METRICS_ENABLED: 'on',
    HOST: '0.0.0.0',
  };
  expect(loadSettings(weak).warnings).toEqual([]);
});
