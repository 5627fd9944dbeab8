import { Client } from 'pg';
import { connectionUrl } from './connection-url.js';

describe('connectionUrl', () => {
  const url = connectionUrl('/tmp/a folder/run', 5432, 'polity_app', 'my database');

  it('is read by pg', () => {
    expect(new Client({ connectionString: url })).toMatchObject({ host: '/tmp/a folder/run', port: 5432, user: 'polity_app', database: 'my database' });
  });

  it('is read by the URL parser, and so by what builds on it', () => {
    const { hostname, port, username, pathname } = new URL(url);
    expect([hostname, port, username, pathname].map(decodeURIComponent)).toEqual(['/tmp/a folder/run', '5432', 'polity_app', '/my database']);
  });
});
