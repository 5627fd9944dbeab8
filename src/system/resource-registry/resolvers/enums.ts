import { enumType, type EnumOf } from '../../shared/resolvers/index.js';

export const RegistryStatus = enumType('RegistryStatus', 'Whether decisions may use an entry of the registry.', {
  ACTIVE: ['active', 'In use.'],
  DISABLED: ['disabled', 'Every decision that needs it denies.'],
});
export type RegistryStatus = EnumOf<typeof RegistryStatus>;

export const StorageKind = enumType('StorageKind', 'Where the Resources of a type are kept.', {
  INTERNAL_TABLE: ['internal_table', 'Here, as Resources.'],
  PLUGIN_MANAGED: ['plugin_managed', 'Elsewhere; decisions get them inside the request.'],
});
export type StorageKind = EnumOf<typeof StorageKind>;

export const ResourceStatus = enumType('ResourceStatus', 'Whether decisions about a Resource can allow.', {
  ACTIVE: ['active', 'In use.'],
  ARCHIVED: ['archived', 'Put away; can be restored.'],
  DELETED: ['deleted', 'Left out of lists unless asked for; can be restored.'],
});
export type ResourceStatus = EnumOf<typeof ResourceStatus>;
