import { Field, Int, ObjectType } from 'type-graphql';
import { Node } from './node.js';
import { DateTimeScalar } from './scalars.js';

/** Base of object types that change under optimistic locking; each says `implements: Node` itself. Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
export abstract class VersionedNode extends Node {
  @Field(() => Int, { description: 'Raised by every change; pass it as expectedVersion.' })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  updatedAt!: Date;
}
