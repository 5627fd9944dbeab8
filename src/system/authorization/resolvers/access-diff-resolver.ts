import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Cost, RequiresScopes } from '../../shared/resolvers/index.js';
import { accessDiffsRef } from '../services/past/diff/access-diffs.js';
import { AccessChangeConnection, AccessDiffArgs } from './access-diff-types.js';

@Resolver()
export class AccessDiffResolver {
  @Cost(500)
  @RequiresScopes(['authz:check', 'roles:read'])
  @Query(() => AccessChangeConnection, {
    nullable: true,
    description: `Who gained and who lost what in a Space between two moments, what ended by the clock alone included. Needs both permissions in the whole
Space. Complete, in pages by Member; each page is in the audit log before it is answered.`.replaceAll('\n', ' '),
  })
  accessDiff(@Args(() => AccessDiffArgs) { input, ...page }: AccessDiffArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessDiffsRef).diff(context, input, page);
  }
}
