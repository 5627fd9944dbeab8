import { Ctx, Query, Resolver } from 'type-graphql';
import { createServiceRef } from '../../kernel/services/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { Public } from '../../system/shared/resolvers/index.js';

/** The release that runs. */
export const releaseRef = createServiceRef<string>({ id: 'graphql.release', scope: 'process' });

/** The one query of callers without credentials: without any, what they see would be no schema. */
@Resolver()
export class VersionResolver {
  @Public()
  @Query(() => String, { description: 'Release of the server, as at /version.' })
  version(@Ctx() context: RequestContext): string {
    return context.services.get(releaseRef);
  }
}
