import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar, enumType, MutationInput, Node, PageArgs, payload, type EnumOf } from '../../../shared/resolvers/index.js';
import { Account } from './account-types.js';

export const SessionEndReason = enumType('SessionEndReason', 'Why a session is over.', {
  SIGN_OUT: ['sign_out', 'Its User signed out.'],
  ENDED_BY_USER: ['ended_by_user', 'Its User ended it from another session.'],
  ENDED_BY_ADMIN: ['ended_by_admin', 'An admin ended it.'],
  PASSWORD_CHANGED: ['password_changed', 'The password became another one.'],
  USER_DISABLED: ['user_disabled', 'The User was disabled.'],
  REFRESH_REUSE: ['refresh_reuse', 'A used refresh token came back: somebody had a copy.'],
  CONCURRENT_LIMIT: ['concurrent_limit', 'The User had too many sessions; this was the oldest.'],
  EXPIRED: ['expired', 'Its longest life was over.'],
  IDLE: ['idle', 'It was not used for too long.'],
});
export type SessionEndReason = EnumOf<typeof SessionEndReason>;

@ObjectType('Session', { implements: Node, simpleResolvers: true, description: 'A sign-in of a User, from its begin to its end.' })
export class Session extends Node {
  @Field(() => ID, { description: 'The User who signed in.' })
  userId!: string;

  @Field(() => ID, { nullable: true, description: 'The binding by which the session acts; null without an active Member.' })
  activeUserMemberId?: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the client at sign-in.' })
  ip?: string | null;

  @Field(() => String, { nullable: true, description: 'What the client called itself at sign-in.' })
  userAgent?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'Its sign-in or last refresh.' })
  lastUsedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends at the latest, however often it is refreshed.' })
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended.' })
  endedAt?: Date | null;

  @Field(() => SessionEndReason, { nullable: true, description: 'Why it ended.' })
  endedReason?: SessionEndReason | null;
}

export const SessionConnection = connection(Session, 'Session');

@ArgsType()
export class SessionsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only sessions of this User.' })
  userId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True for open sessions only, false for those that are over.' })
  open?: boolean | null;
}

// Inputs with a secret take no idempotency key: its record would keep a hash of the secret.
@InputType({ description: 'Who signs in.' })
export class SignInInput {
  @Field(() => String, { description: 'E-mail address of the User, in any case.' })
  email!: string;

  @Field(() => String, { description: 'The password.' })
  password!: string;
}

@InputType({ description: 'The refresh token to exchange.' })
export class RefreshSessionInput {
  @Field(() => String, { description: 'The newest refresh token of the session; it works once.' })
  refreshToken!: string;
}

@InputType({ description: 'Signing out of the session that asks.' })
export class SignOutInput extends MutationInput {}

@InputType({ description: 'The session to end.' })
export class EndSessionInput extends MutationInput {
  @Field(() => ID, { description: 'The session.' })
  id!: string;
}

@InputType({ description: 'Whose sessions to end.' })
export class EndAllSessionsInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'A User; the caller when absent. Others need sessions:manage.' })
  userId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True leaves the session that asks open.' })
  exceptCurrent?: boolean | null;
}

const started = {
  accessToken: { type: () => String, description: 'Bearer token for requests; short-lived.' },
  refreshToken: { type: () => String, description: 'Token for refreshSession; works once.' },
  accessTokenExpiresAt: { type: () => DateTimeScalar, description: 'When the access token stops to work.' },
  refreshTokenExpiresAt: { type: () => DateTimeScalar, description: 'When the refresh token stops to work.' },
  user: { type: () => Account, description: 'The User who signed in.' },
  session: { type: () => Session, description: 'The session.' },
};
const ended = { session: { type: () => Session, description: 'The session that ended; null when there was none to end.' } };
export const SignInPayload = payload('SignInPayload', started);
export const RefreshSessionPayload = payload('RefreshSessionPayload', started);
export const SignOutPayload = payload('SignOutPayload', ended);
export const EndSessionPayload = payload('EndSessionPayload', ended);
export const EndAllSessionsPayload = payload('EndAllSessionsPayload', { endedCount: { type: () => Int, description: 'How many sessions ended.' } });
