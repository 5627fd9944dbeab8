import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar, enumType, MutationInput, PageArgs, payload, type EnumOf } from '../../../shared/resolvers/index.js';
import { RelationType } from '../user-member-types.js';
import { Account } from './account-types.js';

export const LinkPurpose = enumType('LinkPurpose', 'What a one-time link is for.', {
  RECOVERY: ['recovery', 'Its User sets a new password.'],
  INVITATION: ['invitation', 'The owner of an e-mail address becomes a Member of a Space.'],
});
export type LinkPurpose = EnumOf<typeof LinkPurpose>;

@ObjectType('OneTimeLink', { simpleResolvers: true, description: 'A link that works once, handed over by an admin. Its secret is not kept.' })
export class OneTimeLink {
  @Field(() => ID, { description: 'Id of the link; it opens nothing.' })
  id!: string;

  @Field(() => LinkPurpose, { description: 'What it is for.' })
  purpose!: LinkPurpose;

  @Field(() => ID, { nullable: true, description: 'User of a recovery link.' })
  userId?: string | null;

  @Field(() => String, { nullable: true, description: 'Invited e-mail address.' })
  email?: string | null;

  @Field(() => ID, { nullable: true, description: 'Space of an invitation.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Member that an invitation binds to; a new one when null.' })
  memberId?: string | null;

  @Field(() => RelationType, { nullable: true, description: 'Kind of the binding that an invitation makes.' })
  relationType?: RelationType | null;

  @Field(() => ID, { nullable: true, description: 'The User who made it.' })
  createdByUserId?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it stops to work.' })
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was used.' })
  usedAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was taken back.' })
  revokedAt?: Date | null;
}

export const OneTimeLinkConnection = connection(OneTimeLink, 'OneTimeLink');

@ArgsType()
export class OneTimeLinksArgs extends PageArgs {
  @Field(() => LinkPurpose, { nullable: true, description: 'Only links for this.' })
  purpose?: LinkPurpose | null;

  @Field(() => ID, { nullable: true, description: 'Only invitations into this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only recovery links of this User.' })
  userId?: string | null;
}

@InputType({ description: 'Whose password may be set by a link.' })
export class CreateRecoveryLinkInput extends MutationInput {
  @Field(() => ID, { description: 'The User.' })
  userId!: string;

  @Field(() => Int, { nullable: true, description: 'Life of the link, 60 to 2592000 seconds; a day when absent.' })
  expiresInSeconds?: number | null;
}

@InputType({ description: 'Who is invited where.' })
export class CreateInvitationInput extends MutationInput {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'E-mail address of the invited person.' })
  email!: string;

  @Field(() => ID, { nullable: true, description: 'Existing Member to bind the person to; needs user_members:manage. A new Member is made when absent.' })
  memberId?: string | null;

  @Field(() => RelationType, { nullable: true, description: 'Kind of the binding; LOGIN when absent.' })
  relationType?: RelationType | null;

  @Field(() => Int, { nullable: true, description: 'Life of the link, 60 to 2592000 seconds; a week when absent.' })
  expiresInSeconds?: number | null;
}

@InputType({ description: 'The link to take back.' })
export class RevokeLinkInput extends MutationInput {
  @Field(() => ID, { description: 'Id of the link.' })
  id!: string;
}

// Inputs with a secret take no idempotency key: its record would keep a hash of the secret, and the link works once anyhow.
@InputType({ description: 'A recovery link and the new password.' })
export class RedeemRecoveryLinkInput {
  @Field(() => String, { description: 'Secret of the link.' })
  token!: string;

  @Field(() => String, { description: 'The new password.' })
  newPassword!: string;
}

@InputType({ description: 'An invitation and who takes it up.' })
export class RedeemInvitationInput {
  @Field(() => String, { description: 'Secret of the link.' })
  token!: string;

  @Field(() => String, { nullable: true, description: 'Password of the new User; needed when nobody has the invited address.' })
  password?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the new User and Member, 1 to 200 characters.' })
  displayName?: string | null;
}

const issued = {
  link: { type: () => OneTimeLink, description: 'The link without its secret.' },
  token: { type: () => String, description: 'The secret, shown this once; null when the same request is sent again.' },
  url: { type: () => String, description: 'Address for the person, with the secret; only when the instance has a public URL.' },
};
export const CreateRecoveryLinkPayload = payload('CreateRecoveryLinkPayload', issued);
export const CreateInvitationPayload = payload('CreateInvitationPayload', issued);
export const RevokeLinkPayload = payload('RevokeLinkPayload', { link: { type: () => OneTimeLink, description: 'The link as it is now.' } });
export const RedeemRecoveryLinkPayload = payload('RedeemRecoveryLinkPayload', { user: { type: () => Account, description: 'The User whose password was set.' } });
export const RedeemInvitationPayload = payload('RedeemInvitationPayload', {
  user: { type: () => Account, description: 'The User who took the invitation up.' },
  spaceId: { type: () => ID, description: 'The Space.' },
  memberId: { type: () => ID, description: 'The Member that the User can act as.' },
  userMemberId: { type: () => ID, description: 'The binding between the two.' },
});
