import type { InstanceSigner } from '../../system/shared/services/index.js';
import { AUTHZEN_PATHS } from './authzen-paths.js';

/** `typ` of the signed metadata. */
const METADATA_TYPE = 'authzen-metadata+jwt';
/** How long a signature is given out again, in milliseconds. */
const SIGN_AGAIN_MS = 300_000;

/** What goes beyond the specification. The names are ours: none is registered. */
const CAPABILITIES = ['urn:polity:authzen:decision-receipt', 'urn:polity:authzen:at-least', 'urn:polity:authzen:space'];

/** What the metadata is made of. */
export interface ConfigurationParts {
  /** Address of the instance, from its settings. */
  readonly base: string;
  readonly signer: InstanceSigner;
  readonly now: () => number;
}

/** Metadata of the policy decision point. Addresses come from the settings: a Host header is anybody's. */
export class AuthzenConfiguration {
  private held: { readonly signedAt: number; readonly document: Promise<object> } | undefined;

  constructor(private readonly parts: ConfigurationParts) {}

  /** The document with its signed form. */
  document(): Promise<object> {
    const now = this.parts.now();
    if (this.held === undefined || now - this.held.signedAt >= SIGN_AGAIN_MS) {
      const document = this.make(now);
      this.held = { signedAt: now, document };
      document.catch(() => {
        this.held = undefined;
      });
    }
    return this.held.document;
  }

  private async make(now: number): Promise<object> {
    const { base, signer } = this.parts;
    const metadata = {
      policy_decision_point: base,
      ...Object.fromEntries(Object.entries(AUTHZEN_PATHS).map(([name, path]) => [name, `${base}${path}`])),
      capabilities: CAPABILITIES,
      jwks_uri: `${base}/.well-known/jwks.json`,
    };
    return { ...metadata, signed_metadata: await signer.sign('token_signing', METADATA_TYPE, { iss: base, iat: Math.floor(now / 1000), ...metadata }) };
  }
}
