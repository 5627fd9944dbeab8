import { Field, ID, InterfaceType } from 'type-graphql';
import { typeOfId } from '../../../kernel/ids/index.js';

/** Relay's Node: anything with an id that `node(id:)` finds. */
@InterfaceType({ description: 'An object with an id that is unique over the instance.', resolveType: (value: { id: string }) => typeOfId(value.id) })
export abstract class Node {
  @Field(() => ID, { description: 'Unique over the instance; compared byte by byte.' })
  id!: string;
}
