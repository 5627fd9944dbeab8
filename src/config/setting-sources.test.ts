import { settingSources } from './setting-sources.js';

test('tells the variable from the file and from the default', () => {
  const sources = settingSources({ PORT: '1', DATABASE_URL_FILE: '/run/url', HOST: ' ', POLITY_POOL_SIZE_FILE: '/no/secret' });
  expect(sources.get('PORT')).toBe('environment');
  expect(sources.get('DATABASE_URL')).toBe('file');
  expect(sources.get('HOST')).toBe('default');
  expect(sources.get('POLITY_POOL_SIZE')).toBe('default');
});
