import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Cost, PageArgs, RequiresScopes } from '../../shared/resolvers/index.js';
import type { Flip } from '../services/what-if/replay.js';
import type { Simulation } from '../services/what-if/simulation.js';
import { simulationsRef } from '../services/what-if/simulations.js';
import { SeparationViolationConnection } from './separation-types.js';
import { SimulateChangeInput } from './simulation-input-types.js';
import { ChangeSimulation, SimulatedAccessChangeConnection } from './simulation-types.js';

@Resolver(() => ChangeSimulation)
export class SimulationResolver {
  @Cost(2_000)
  @RequiresScopes(['authz:check', 'roles:read'])
  @Query(() => ChangeSimulation, {
    nullable: true,
    description: `Who would gain and who would lose what by changes, which rules of separation they would break, and which recorded decisions would
flip. Tried on a copy: nothing is changed. Needs both permissions in the whole Space, audit:read there for since, and permissions:read for
changes that name or make a Permission. It is in the audit log before it is answered.`.replaceAll('\n', ' '),
  })
  simulateChange(@Arg('input', () => SimulateChangeInput, { description: 'The changes.' }) input: SimulateChangeInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(simulationsRef).simulate(context, input);
  }

  @FieldResolver(() => SimulatedAccessChangeConnection, { nullable: true, description: 'Who would gain and who would lose what, by Member.' })
  changes(@Root() simulation: Simulation, @Args(() => PageArgs) page: PageArgs): Promise<object> {
    return simulation.changes(page);
  }

  @FieldResolver(() => SeparationViolationConnection, { nullable: true, description: 'Members that would newly exceed an active rule of separation, or exceed it further. A mutation would be refused with SEPARATION_OF_DUTY.' })
  violations(@Root() simulation: Simulation, @Args(() => PageArgs) page: PageArgs): object {
    return simulation.violations(page);
  }
}

/** A decision that flips, as the schema shows it. */
export function flippedDecision({ recorded, before, after }: Flip): object {
  const { auditEventId, occurredAt, resourceType, resourceId, action, decision, denyCode, actor: { userId, memberId, userMemberId } } = recorded;
  return {
    auditEventId, occurredAt, userId, memberId, userMemberId, resourceType, resourceId, action,
    recorded: decision, recordedDenyCode: denyCode, before: before.decision, beforeDenyCode: before.denyCode, after: after.decision, afterDenyCode: after.denyCode,
  };
}
