export type { Migrate } from './bring-up.js';
export type { CapabilityRegistration } from './capability-registration.js';
export { CAPABILITY_TRANSITIONS, type CapabilityState } from './capability-state.js';
export type { CapabilityFailure, CapabilityStatus } from './capability-status.js';
export type { EventDelivery } from './event-delivery.js';
export { Kernel, type BootOptions, type KernelOptions, type StopFailure } from './kernel.js';
export type { LifecycleBacklog } from './lifecycle-announcer.js';
export type { CapabilityEvent, KernelEvent, LifecycleEvent, PublishLifecycleEvent } from './lifecycle-event.js';
export type { HealthReport, SystemCapability } from './system-capability.js';
