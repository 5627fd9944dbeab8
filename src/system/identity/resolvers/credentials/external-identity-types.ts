import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar, MutationInput, PageArgs, payload } from '../../../shared/resolvers/index.js';

@ObjectType('ExternalIdentity', { simpleResolvers: true, description: 'Identity of a User at a trusted OpenID Connect issuer; its tokens are accepted here.' })
export class ExternalIdentity {
  @Field(() => ID, { description: 'Id of the link.' })
  id!: string;

  @Field(() => String, { description: 'The issuer, as in iss.' })
  issuer!: string;

  @Field(() => String, { description: 'The identity at the issuer, as in sub.' })
  subject!: string;

  @Field(() => ID, { description: 'The User.' })
  userId!: string;

  @Field(() => DateTimeScalar, { description: 'When it was linked.' })
  createdAt!: Date;
}

export const ExternalIdentityConnection = connection(ExternalIdentity, 'ExternalIdentity');

@ArgsType()
export class ExternalIdentitiesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only identities of this User.' })
  userId?: string | null;
}

@InputType({ description: 'The identity to link.' })
export class LinkExternalIdentityInput extends MutationInput {
  @Field(() => ID, { description: 'The User.' })
  userId!: string;

  @Field(() => String, { description: 'One of the issuers that this instance trusts.' })
  issuer!: string;

  @Field(() => String, { description: 'The identity at the issuer, as in sub.' })
  subject!: string;
}

@InputType({ description: 'The identity to unlink.' })
export class UnlinkExternalIdentityInput extends MutationInput {
  @Field(() => ID, { description: 'Id of the link.' })
  id!: string;
}

const externalIdentity = (description: string) => ({ externalIdentity: { type: () => ExternalIdentity, description } });
export const LinkExternalIdentityPayload = payload('LinkExternalIdentityPayload', externalIdentity('The new link.'));
export const UnlinkExternalIdentityPayload = payload('UnlinkExternalIdentityPayload', externalIdentity('The link as it was.'));
