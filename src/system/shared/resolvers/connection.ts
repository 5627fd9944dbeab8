import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { Cost, IsConnection } from './cost.js';

/** A page is a statement of its own, or a walk over the facts in memory; each of its rows counts beside. */
const PAGE_COST = 5;
/** Counting reads up to 10,000 rows. */
const COUNT_COST = 20;

@ObjectType({ simpleResolvers: true, description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'There are rows after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'There are rows before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first row.' })
  startCursor?: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last row.' })
  endCursor?: string | null;
}

/**
 * Makes the Relay connection and edge types of a node class. Call once per node type and export the result.
 *
 * @param options - `isAnswer`: the page is part of an answer over the facts of one revision, which it names
 */
export function connection<Row extends object>(node: ClassType<Row>, name: string, options: { readonly isAnswer?: boolean } = {}): ClassType<object> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `One ${name} in a list.` })
  class Edge {
    @Field(() => String, { description: 'Position of the row; pass it as after or before.' })
    cursor!: string;

    @Field(() => node, { description: 'The row.' })
    node!: Row;
  }

  @Cost(PAGE_COST)
  @IsConnection()
  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of ${name} rows that the caller may see.` })
  class Connection {
    @Field(() => [Edge], { description: 'The rows with their cursors.' })
    edges!: Edge[];

    @Field(() => PageInfo, { description: 'Where the page lies in the list.' })
    pageInfo!: PageInfo;

    @Cost(COUNT_COST)
    @Field(() => Int, { nullable: true, description: 'Rows that the caller may see: exact up to 10,000, null above. Counted only when selected.' })
    totalCount?: number | null;
  }
  if (options.isAnswer === true) {
    Field(() => String, { description: 'Revision of the authorization data that this page saw; opaque, pass it as atLeast.' })(Connection.prototype, 'revision');
    Field(() => Boolean, { description: 'Always true: the pages together are the whole answer, nothing is cut off.' })(Connection.prototype, 'complete');
  }
  return Connection;
}
