import { isSecretName, redactText } from './secret-patterns.js';

describe('isSecretName', () => {
  test.each([
    'password', 'Password', 'newPassword', 'password_hash', 'passwd', 'passphrase', 'secret', 'clientSecret', 'SECRET_KEY', 'token',
    'accessToken', 'refresh_token', 'X-Auth-Token', 'apiKey', 'api_key', 'x-api-key', 'Authorization', 'proxy-authorization', 'cookie',
    'Set-Cookie', 'credentials', 'privateKey', 'POLITY_MASTER_KEY', 'jwt', 'bearer', 'tokens', 'token_format',
  ])('%s is', (name) => {
    expect(isSecretName(name)).toBe(true);
  }); // prettier-ignore

  test.each([
    'email', 'passed', 'compass', 'key', 'kid', 'author', 'credentialId', 'token_id', 'passwordChangedAt', 'apiKeyPrefix', 'tokenCount',
    'secret_type', 'apiKeyIds', '',
  ])('%s is not', (name) => {
    expect(isSecretName(name)).toBe(false);
  }); // prettier-ignore
});

describe('redactText', () => {
  const hex = 'a1'.repeat(32);
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJl';

  test.each([
    [`got ply_at_${hex}, then`, 'got ply_at_[redacted], then'],
    [`ply_rt_${hex}`, 'ply_rt_[redacted]'],
    [`key=ply_ak_ak_0123.${hex};`, 'key=ply_ak_[redacted];'],
    [`token ${jwt} ends`, 'token [redacted] ends'],
    [`?access_token=${jwt}&x=1`, '?access_token=[redacted]&x=1'],
    [`${jwt}.a.b`, '[redacted]'],
    [`Authorization: Bearer ${hex}`, 'Authorization: Bearer [redacted]'],
    ['basic dXNlcjpwYXNzd29yZA==', 'basic [redacted]'],
    ['cannot reach postgres://app:p%40ss@db:5432/polity', 'cannot reach postgres://app:[redacted]@db:5432/polity'],
    ['redis://:hidden@cache', 'redis://:[redacted]@cache'],
  ])('of %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each(['user_alice did invoice.approve', 'http://localhost:4000/graphql', 'a basic idea', 'ply_ is our prefix', 'eyJ is base64'])(
    'leaves %s',
    (text) => {
      expect(redactText(text)).toBe(text);
    },
  );

  test.each(['eyJ-', 'eyJa.', '//a:b', 'ply_at_', 'Bearer ', '//', ':@'])('takes linear time on repeated %s', (part) => {
    const start = performance.now();
    redactText(part.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
