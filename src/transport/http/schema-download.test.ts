import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { buildSchema } from 'graphql';
import { TOKEN, TransportFixture } from '../../../test/support/transport-fixture.js';
import { callerWith } from '../../../test/support/graphql-fixture.js';

let fixture: TransportFixture;
beforeAll(async () => {
  fixture = await TransportFixture.start();
  fixture.services.tokens.set('nobody', callerWith());
});
afterAll(() => fixture.stop());

const download = (token?: string, headers: Record<string, string> = {}, from = fixture): Promise<Response> =>
  fetch(`${from.url}/graphql/schema.graphql`, { headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers } });
const fieldsOf = (sdl: string): string[] => Object.keys(buildSchema(sdl).getQueryType()?.getFields() ?? {});

describe('GET /graphql/schema.graphql', () => {
  test('is what the caller may use', async () => {
    const sdl = async (token?: string): Promise<string> => (await download(token)).text();
    expect(fieldsOf(await sdl())).toEqual(['big', 'fail', 'hello', 'list', 'slow']);
    expect(fieldsOf(await sdl('nobody'))).toEqual(['big', 'fail', 'hello', 'list', 'me', 'slow']);
    expect(fieldsOf(await sdl(TOKEN))).toEqual(['big', 'fail', 'guarded', 'hello', 'list', 'me', 'slow']);
    expect(await sdl()).not.toContain('secret');
    expect(buildSchema(await sdl()).getMutationType()?.getFields().act).toBeUndefined();
  });

  test('is text for this caller alone, with the hash of it as its ETag', async () => {
    const response = await download(TOKEN);
    const text = await response.text();
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control'), response.headers.get('vary')]).toEqual([
      200, 'text/plain; charset=utf-8', 'private, no-cache', expect.stringContaining('authorization, x-polity-api-key'),
    ]);
    expect(response.headers.get('etag')).toBe(`"${createHash('sha256').update(text).digest('base64url')}"`);
  });

  test('is not sent again to who has it, unless it is another now', async () => {
    const tag = (await download(TOKEN)).headers.get('etag') ?? '';
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const response = await download(TOKEN, { 'if-none-match': known });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, tag, '']);
    }
    expect((await download(TOKEN, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await download('nobody', { 'if-none-match': tag })).status).toBe(200);
  });

  test('answers HEAD without a body', async () => {
    const status = await new Promise((resolve) => {
      get(`${fixture.url}/graphql/schema.graphql`, { method: 'HEAD' }, (response) => resolve([response.statusCode, Number(response.headers['content-length']) > 100]));
    });
    expect(status).toEqual([200, true]);
  });

  test('needs a credential that verifies, and any where the anonymous may not introspect', async () => {
    expect((await download('wrong')).status).toBe(401);
    const closed = await TransportFixture.start({ POLITY_INTROSPECTION: 'false' });
    try {
      const refused = await download(undefined, {}, closed);
      expect([refused.status, refused.headers.get('www-authenticate'), await refused.json()]).toEqual([
        401, 'Bearer', { errors: [{ message: 'The schema is for callers with credentials.', extensions: { code: 'AUTHENTICATION_REQUIRED' } }] },
      ]);
      expect((await download(TOKEN, {}, closed)).status).toBe(200);
    } finally {
      await closed.stop();
    }
  });
});
