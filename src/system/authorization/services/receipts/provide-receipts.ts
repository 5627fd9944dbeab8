import type { CapabilityRegistration } from '../../../../kernel/lifecycle/index.js';
import { databaseRef, jwksRef, keyringRef } from '../../../shared/contracts/index.js';
import { InstanceSigner } from '../../../shared/services/index.js';
import { Receipts, receiptsRef } from './receipts.js';
import { StoredRules } from './stored-rules.js';

/** Provides receipts of decisions. */
export function provideReceipts({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provide(receiptsRef, (services) => new Receipts({
    signer: new InstanceSigner(() => services.get(keyringRef)),
    issuer: () => services.get(jwksRef).issuer,
    rules: new StoredRules(services.get(databaseRef)),
  }));
}
