import { Field, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, Node, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { RegistryStatus, StorageKind } from './enums.js';

@ObjectType('ResourceMapping', { implements: Node, simpleResolvers: true, description: 'Where the Resources of one type are kept. A type without an active mapping allows nothing.' })
export class ResourceMapping extends VersionedNode {
  @Field(() => String, { description: 'Key of the type.' })
  resourceType!: string;

  @Field(() => StorageKind, { description: 'Where its Resources are kept.' })
  storageKind!: StorageKind;

  @Field(() => RegistryStatus, { description: 'Whether decisions may use it.' })
  status!: RegistryStatus;
}

export const ResourceMappingConnection = connection(ResourceMapping, 'ResourceMapping');

@InputType({ description: 'The mapping of a type: created when there is none; absent fields of one that exists stay.' })
export class SetResourceMappingInput extends ChangeInput {
  @Field(() => String, { description: 'Key of the type.' })
  resourceType!: string;

  @Field(() => StorageKind, { nullable: true, description: 'Where its Resources are kept; INTERNAL_TABLE for a new mapping.' })
  storageKind?: StorageKind | null;

  @Field(() => RegistryStatus, { nullable: true, description: 'Whether decisions may use it; ACTIVE for a new mapping.' })
  status?: RegistryStatus | null;
}

export const SetResourceMappingPayload = payload('SetResourceMappingPayload', {
  resourceMapping: { type: () => ResourceMapping, description: 'The mapping as it is now.' },
});
