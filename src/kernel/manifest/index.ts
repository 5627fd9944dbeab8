export {
  capabilityManifestSchema,
  type AuditEventTypeDeclaration,
  type CapabilityManifest,
  type CapabilityManifestInput,
  type PermissionDeclaration,
  type PolicyDeclaration,
  type RouteDeclaration,
  type RouteMethod,
} from './capability-manifest.js';
export { KERNEL_VERSION } from './kernel-version.js';
export { DOTTED_KEY, PERMISSION_KEY, POLICY_NAME } from './key-syntax.js';
export { manifestError, problemsOf, type ManifestProblem } from './manifest-problem.js';
export { OFFICIAL_CAPABILITIES } from './official-capabilities.js';
export { parseManifest, readManifest, type ManifestReading } from './parse-manifest.js';
export { resolveOrder } from './resolve-order.js';
export { routeIdentity } from './route-identity.js';
export { validateManifests, type ManifestRules } from './validate-manifests.js';
