import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { newId } from '../../../../../kernel/ids/index.js';
import type { HeldKey, InstanceKeyPurpose, Keyring } from '../../../../shared/contracts/index.js';

/** Keys in memory, which several worlds on one database may share as nodes of one instance do. */
export class MemoryKeyring implements Keyring {
  private readonly keys = new Map<InstanceKeyPurpose, HeldKey[]>();

  constructor(private readonly now: () => number) {}

  async current(purpose: InstanceKeyPurpose): Promise<HeldKey> {
    return (await this.accepted(purpose))[0] as HeldKey;
  }

  async accepted(purpose: InstanceKeyPurpose): Promise<readonly HeldKey[]> {
    if (!this.keys.has(purpose)) this.keys.set(purpose, [makeKey(purpose)]);
    return this.keys.get(purpose) as HeldKey[];
  }

  async rotate(purpose: InstanceKeyPurpose): Promise<string> {
    const retired = (await this.accepted(purpose)).map((key) => ({ ...key, retiredAt: key.retiredAt ?? this.now() }));
    const made = makeKey(purpose);
    this.keys.set(purpose, [made, ...retired]);
    return made.kid;
  }

  /** Takes a key away, as after a compromise. */
  remove(purpose: InstanceKeyPurpose, kid: string): void {
    this.keys.set(purpose, (this.keys.get(purpose) ?? []).filter((key) => key.kid !== kid));
  }

  async subjectKey(): Promise<HeldKey | undefined> {
    return undefined;
  }
}

function makeKey(purpose: InstanceKeyPurpose): HeldKey {
  const kid = newId('kid');
  const secret = randomBytes(32);
  if (purpose === 'api_key' || purpose === 'audit_filter') return { kid, secret };
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
  const publicJwk = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' });
  return { kid, secret, publicJwk: { ...publicJwk, kid, alg: 'EdDSA', use: 'sig' } };
}
