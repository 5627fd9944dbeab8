export { ServiceContainer, type ProvidedService } from './service-container.js';
export { createServiceRef, type ServiceLifetime, type ServiceRef } from './service-ref.js';
export type { ServiceFactory, ServiceScope } from './service-scope.js';
export { serviceValue, type ServiceValue } from './service-value.js';
