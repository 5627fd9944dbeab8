import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { Audited, Authenticated, RequiresScopes } from '../../../shared/resolvers/index.js';
import { externalIdentitiesRef } from '../../services/credentials/external-identities.js';
import {
  ExternalIdentitiesArgs, ExternalIdentityConnection, LinkExternalIdentityInput, LinkExternalIdentityPayload, UnlinkExternalIdentityInput,
  UnlinkExternalIdentityPayload,
} from './external-identity-types.js';

@Resolver()
export class ExternalIdentityResolver {
  @Authenticated()
  @Query(() => ExternalIdentityConnection, { nullable: true, description: 'Linked identities of the caller, or with users:read on the instance of all Users.' })
  externalIdentities(@Args(() => ExternalIdentitiesArgs) { userId, ...page }: ExternalIdentitiesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(externalIdentitiesRef).list(context, { userId }, page);
  }

  @RequiresScopes('users:manage')
  @Audited('external_identity.linked')
  @Mutation(() => LinkExternalIdentityPayload, { nullable: true, description: 'Links an identity of a trusted issuer to a User. Needs users:manage on the instance and every right that the User holds.' })
  linkExternalIdentity(@Arg('input', () => LinkExternalIdentityInput, { description: 'The identity.' }) input: LinkExternalIdentityInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(externalIdentitiesRef).link(context, input);
  }

  @RequiresScopes('users:manage')
  @Audited('external_identity.unlinked')
  @Mutation(() => UnlinkExternalIdentityPayload, { nullable: true, description: 'Takes a linked identity from its User; its tokens are refused from now on.' })
  unlinkExternalIdentity(@Arg('input', () => UnlinkExternalIdentityInput, { description: 'The identity.' }) input: UnlinkExternalIdentityInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(externalIdentitiesRef).unlink(context, input);
  }
}
