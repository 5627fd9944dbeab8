import DataLoader from 'dataloader';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { ResourceMappingRow } from '../entities/resource-mapping.js';
import type { ResourceTypeRow } from '../entities/resource-type.js';

/** Look-ups of one request, gathered into one statement each; what the caller may not read is undefined. */
export interface RegistryLoaders {
  /** Types by key. */
  readonly typeByKey: DataLoader<string, ResourceTypeRow | undefined>;
  /** Mappings by the key of their type. */
  readonly mappingByType: DataLoader<string, ResourceMappingRow | undefined>;
}

export const registryLoadersRef = createServiceRef<RegistryLoaders>({ id: 'resource.loaders', scope: 'request' });
