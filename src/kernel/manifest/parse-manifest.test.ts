import { problemsOf, type ManifestProblem } from './manifest-problem.js';
import { parseManifest } from './parse-manifest.js';
import { manifestInput, officialManifestInputs } from './testing/fixture-manifests.js';

const problems = (input: unknown): readonly ManifestProblem[] => {
  try {
    parseManifest(input, 'the bundle');
  } catch (error) {
    return problemsOf(error);
  }
  return [];
};

const paths = (input: unknown) => problems(input).map(({ path }) => path.join('.'));

const isDeeplyFrozen = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

describe('parseManifest', () => {
  test.each(officialManifestInputs())('KR-2: the manifest of $id is valid, privileged and required', (input) => {
    expect(parseManifest(input, input.id)).toMatchObject({ id: input.id, privileged: true, required: true });
  });

  test('fills empty lists, copies the input and freezes in depth', () => {
    const input = manifestInput({ provides: { services: [{ name: 'audit.service' }] } });
    const manifest = parseManifest(input, 'the bundle');
    expect(isDeeplyFrozen(manifest)).toBe(true);
    expect(manifest.provides).toEqual({
      services: [{ name: 'audit.service' }],
      graphql: { queries: [], mutations: [], subscriptions: [], types: [] },
      routes: [],
      events: { publishes: [], subscribes: [] },
      permissions: [],
      policies: [],
      auditEventTypes: [],
    });
    expect(manifest.provides.services).not.toBe(input.provides.services);
  });

  test('collects every problem with source and path in one typed error', () => {
    const input = manifestInput({
      id: 'Audit',
      name: ' ',
      version: '1.0',
      provides: { permissions: [{ key: 'users:*', description: '' }], auditEventTypes: [{ key: 'Created', description: 'x', risk: 'LOW' }] },
    });
    expect(() => parseManifest({ ...input, privileged: false, surprise: 1 }, 'the bundle')).toThrow(
      expect.objectContaining({ code: 'CAPABILITY_INVALID', message: expect.stringContaining('the bundle: version: ') }),
    );
    const found = problems({ ...input, privileged: false, surprise: 1 });
    expect(found.map(({ path }) => path.join('.')).sort()).toEqual([
      '',
      'id',
      'name',
      'privileged',
      'provides.auditEventTypes.0.key',
      'provides.permissions.0.description',
      'provides.permissions.0.key',
      'version',
    ]);
    expect(found.every(({ source, message }) => source === 'the bundle' && message !== '')).toBe(true);
  });

  test.each([undefined, null, 'manifest', []])('refuses %p', (input) => {
    expect(paths(input)).toEqual(['']);
  });

  test.each(['', 'v1.0.0', '1', '1.0', '01.0.0', '1.0.0 ', 'latest'])('refuses the version "%s"', (version) => {
    expect(paths(manifestInput({ version }))).toEqual(['version']);
  });

  test.each(['1.0.0', '0.0.1', '1.0.0-rc.1', '1.2.3-a.b'])('accepts the version "%s"', (version) => {
    expect(paths(manifestInput({ version }))).toEqual([]);
  });

  test.each(['', ' ', 'abc', '>>1'])('refuses the kernel range "%s"', (kernel) => {
    expect(paths({ ...manifestInput(), requires: { kernel } })).toEqual(['requires.kernel']);
  });

  test.each(['kind', 'privileged', 'required', 'stability', 'requires', 'provides'])('demands %s', (member) => {
    expect(paths({ ...manifestInput(), [member]: undefined })).toEqual([member]);
  });

  test.each(['user.created', 'app_data.model.created', 'a1.b2'])('accepts the event key %s', (key) => {
    const provides = { events: { publishes: [key], subscribes: [key] }, auditEventTypes: [{ key, description: 'x', risk: 'LOW' as const }] };
    expect(paths(manifestInput({ provides }))).toEqual([]);
  });

  test.each(['created', 'User.created', 'user.Created', 'user-a.created', 'user..created', '.created', 'user.', 'user.*', '1user.created'])(
    'refuses the event key "%s"',
    (key) => {
      const provides = { events: { publishes: [key], subscribes: [key] }, auditEventTypes: [{ key, description: 'x', risk: 'LOW' as const }] };
      expect(paths(manifestInput({ provides })).sort()).toEqual([
        'provides.auditEventTypes.0.key',
        'provides.events.publishes.0',
        'provides.events.subscribes.0',
      ]);
    },
  );

  test.each(['users:read', 'admin_grants:manage', 'api-keys:read', 'v2:read1'])('accepts the permission key %s', (key) => {
    expect(paths(manifestInput({ provides: { permissions: [{ key, description: 'x' }] } }))).toEqual([]);
  });

  test.each(['*', 'users:*', '*:read', 'users', 'Users:read', 'users:Read', 'users:', ':read', 'users:read/write', 'users:**', 'users:read:extra'])(
    'refuses the permission key "%s"',
    (key) => {
      expect(paths(manifestInput({ provides: { permissions: [{ key, description: 'x' }] } }))).toEqual(['provides.permissions.0.key']);
    },
  );

  test.each(['/', '/access/v1/evaluation', '/things/{thingId}', '/.well-known/jwks.json'])('accepts the path %s', (path) => {
    expect(paths(manifestInput({ provides: { routes: [{ method: 'GET', path }] } }))).toEqual([]);
  });

  test.each(['', 'things', '/things/', '//', '/a b', '/{', '/{1}', '/things?x=1', '/*'])('refuses the path "%s"', (path) => {
    expect(paths(manifestInput({ provides: { routes: [{ method: 'GET', path }] } }))).toEqual(['provides.routes.0.path']);
  });

  test('refuses a name that GraphQL keeps for itself, an unknown method and an unknown risk', () => {
    const provides = {
      graphql: { queries: ['__schema', 'me'], types: ['not-a-name'] },
      routes: [{ method: 'HEAD', path: '/' }],
      auditEventTypes: [{ key: 'user.created', description: 'x', risk: 'MEDIUM' }],
      policies: [{ name: 'Owner', description: 'x' }],
      migrations: { namespace: 'SYS' },
    };
    expect(paths({ ...manifestInput(), provides }).sort()).toEqual([
      'provides.auditEventTypes.0.risk',
      'provides.graphql.queries.0',
      'provides.graphql.types.0',
      'provides.migrations.namespace',
      'provides.policies.0.name',
      'provides.routes.0.method',
    ]);
  });

  test('refuses what is listed twice, at the second place', () => {
    const twice = <T>(value: T) => [value, value];
    const provides = {
      services: twice({ name: 'a.service' }),
      graphql: { queries: twice('me') },
      routes: [{ method: 'GET' as const, path: '/a/{one}' }, { method: 'GET' as const, path: '/a/{other}' }],
      events: { publishes: twice('a.b') },
      permissions: twice({ key: 'a:b', description: 'x' }),
      policies: twice({ name: 'p', description: 'x' }),
      auditEventTypes: twice({ key: 'a.b', description: 'x', risk: 'LOW' as const }),
    };
    expect(paths(manifestInput({ provides, requires: twice('identity.business') })).sort()).toEqual([
      'provides.auditEventTypes.1',
      'provides.events.publishes.1',
      'provides.graphql.queries.1',
      'provides.permissions.1',
      'provides.policies.1',
      'provides.routes.1',
      'provides.services.1',
      'requires.capabilities.1',
    ]);
  });
});

describe('problemsOf', () => {
  test('is empty for any other error', () => {
    expect(problemsOf(new Error('x'))).toEqual([]);
  });
});
