import { z } from 'zod';
import { isLoopbackHost } from '../loopback.js';

/** Signature algorithms accepted from an identity provider: asymmetric only, so that a public key never verifies an HMAC. */
const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'] as const;

const isProtectedAddress = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
};

const address = z.string('must be a string').refine(isProtectedAddress, 'must be an https address (http on loopback only)');
const word = z.string('must be a string').min(1, 'must not be empty');

const issuer = z.strictObject({
  issuer: address,
  audience: z
    .union([word.transform((audience) => [audience]), z.array(word).min(1)], 'must be a string or a list of strings')
    .readonly(),
  algorithms: z
    .array(z.enum(algorithms, `must be one of ${algorithms.join(', ')}`), 'must be a list')
    .min(1, 'must name at least one algorithm')
    .readonly(),
  jwksUri: address,
});

const issuers = z
  .array(issuer, 'must be a JSON list')
  .refine((list) => new Set(list.map((entry) => entry.issuer)).size === list.length, 'names an issuer twice')
  .readonly();

/** A trusted OpenID Connect issuer: whose tokens are accepted, for which audiences, signed how, with keys from where. */
export type OidcIssuer = Readonly<z.output<typeof issuer>>;

/** A JSON list of {@link OidcIssuer}. */
export const oidcIssuersText = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('must be a JSON list of {issuer, audience, algorithms, jwksUri}');
      return z.NEVER;
    }
  })
  .pipe(issuers);
