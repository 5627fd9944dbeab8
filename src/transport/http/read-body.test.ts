import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { readBody } from './read-body.js';

describe('a body of bounded size', () => {
  it('is read from its parts', async () => {
    const request = fakeRequest();
    const body = readBody(request, 8);
    request.push('1234');
    request.push('5678');
    request.push(null);
    expect((await body).toString()).toBe('12345678');
  });

  it('is refused when more is announced', async () => {
    await expect(readBody(fakeRequest({ 'content-length': '9' }), 8)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('is refused when more comes than was announced, and leaves the connection open', async () => {
    const request = fakeRequest({ 'content-length': '4' });
    const body = readBody(request, 8);
    request.push('1234');
    request.push('56789');
    await expect(body).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(request.destroyed).toBe(false);
  });

  it('ends when the client leaves before its end', async () => {
    const request = fakeRequest();
    const body = readBody(request, 8);
    request.push('1234');
    request.destroy();
    await expect(body).rejects.toThrow('the client left');
  });

  it('ends when the client had left before it was asked for', async () => {
    const request = fakeRequest();
    request.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(readBody(request, 8)).rejects.toThrow('the client left');
  });
});

function fakeRequest(headers: Record<string, string> = {}): IncomingMessage {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage;
}
