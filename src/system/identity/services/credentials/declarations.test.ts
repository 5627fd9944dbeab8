import { ServiceContainer, type ServiceRef } from '../../../../kernel/services/index.js';
import { credentialServices } from './declarations.js';
import { registerCredentials } from './register-credentials.js';

describe('registerCredentials', () => {
  test('provides what is declared for the manifest, and makes nothing yet', () => {
    const provided: string[] = [];
    const container = new ServiceContainer();
    registerCredentials({
      provide: <T>(ref: ServiceRef<T>, factory: Parameters<typeof container.provide<T>>[2]) => {
        provided.push(ref.id);
        container.provide('test', ref, factory);
      },
    });
    expect(provided.toSorted()).toEqual(credentialServices.map(({ name }) => name).toSorted());
  });
});
