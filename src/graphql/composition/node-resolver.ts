import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { typeOfId } from '../../kernel/ids/index.js';
import { createServiceRef } from '../../kernel/services/index.js';
import type { NodeSource, RequestContext } from '../../system/shared/contracts/index.js';
import { Authenticated, Node } from '../../system/shared/resolvers/index.js';

/** Type name → where its objects are found. Every type that implements Node has one; a test holds the schema to it. */
export const nodeLoadersRef = createServiceRef<ReadonlyMap<string, NodeSource>>({ id: 'graphql.node_loaders', scope: 'process' });

@Resolver()
export class NodeResolver {
  @Authenticated()
  @Query(() => Node, { nullable: true, description: 'Any object by its id; null when it is absent or not for the caller.' })
  async node(@Arg('id', () => ID, { description: 'Id of the object.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    const source = context.services.get(nodeLoadersRef).get(typeOfId(id));
    return (await source?.load(context, [id]))?.[0];
  }
}
