import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Cost, RequiresScopes } from '../../shared/resolvers/index.js';
import { factsExportRef, factsImportRef } from '../services/facts/index.js';
import { ExportSpaceInput, ExportSpacePayload, ImportFactsInput, ImportFactsPayload } from './facts-types.js';

@Resolver()
export class FactsResolver {
  @Cost(2_000)
  @RequiresScopes('facts:import')
  @Audited('facts.imported', 'session.ended')
  @Mutation(() => ImportFactsPayload, {
    nullable: true,
    description: 'Takes facts in bulk: all lines are right, or nothing is applied. Users need users:manage, new or changed Permissions permissions:manage on the instance.',
  })
  importFacts(@Arg('input', () => ImportFactsInput, { description: 'The facts.' }) input: ImportFactsInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(factsImportRef).importText(context, input);
  }

  @Cost(1_000)
  @RequiresScopes(['facts:export', 'users:read'])
  @Audited('space.exported')
  @Mutation(() => ExportSpacePayload, { nullable: true, description: 'Gives out all facts of a Space, its Users among them; metadata is not redacted. The export is an event of the log.' })
  exportSpace(@Arg('input', () => ExportSpaceInput, { description: 'The Space and the page.' }) input: ExportSpaceInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(factsExportRef).exportPage(context, input);
  }
}
