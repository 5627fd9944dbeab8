import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../shared/resolvers/index.js';
import type { ReplayedDecisions as Replayed } from '../services/what-if/simulation.js';
import { flippedDecision } from './simulation-resolver.js';
import { FlippedDecisionConnection, ReplayedDecisions } from './simulation-types.js';

@Resolver(() => ReplayedDecisions)
export class SimulationDecisionsResolver {
  @FieldResolver(() => FlippedDecisionConnection, { nullable: true, description: 'Those that would get another answer, the newest first.' })
  flips(@Root() decisions: Replayed, @Args(() => PageArgs) page: PageArgs): object {
    const { edges, ...rest } = decisions.flips(page);
    return { ...rest, edges: edges.map(({ node, cursor }) => ({ node: flippedDecision(node), cursor })) };
  }
}
