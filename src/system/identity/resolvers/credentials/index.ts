import { ExternalIdentityResolver } from './external-identity-resolver.js';
import { LinkResolver } from './link-resolver.js';
import { PasswordResolver } from './password-resolver.js';
import { SessionResolver } from './session-resolver.js';

/** What credentials add to the schema. */
export const credentialsResolvers = [SessionResolver, PasswordResolver, LinkResolver, ExternalIdentityResolver] as const;
