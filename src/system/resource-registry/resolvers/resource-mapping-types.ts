import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ChangeInput, connection, DateTimeScalar, Node, payload } from '../../shared/resolvers/index.js';
import { RegistryStatus, StorageKind } from './enums.js';

@ObjectType('ResourceMapping', { implements: Node, simpleResolvers: true, description: 'Where the Resources of one type are kept. A type without an active mapping allows nothing.' })
export class ResourceMapping extends Node {
  @Field(() => String, { description: 'Key of the type.' })
  resourceType!: string;

  @Field(() => StorageKind, { description: 'Where its Resources are kept.' })
  storageKind!: StorageKind;

  @Field(() => RegistryStatus, { description: 'Whether decisions may use it.' })
  status!: RegistryStatus;

  @Field(() => Int, { description: 'Raised by every change; pass it as expectedVersion.' })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  updatedAt!: Date;
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
