import { Field, ID, InputType } from 'type-graphql';
import { MutationInput, payload } from '../../shared/resolvers/index.js';

@InputType({ description: 'The first administrator of an instance.' })
export class BootstrapSuperAdminInput {
  @Field(() => String, { description: 'The one-time token of the settings (POLITY_BOOTSTRAP_TOKEN).' })
  token!: string;

  @Field(() => String, { description: 'E-mail address to sign in with.' })
  email!: string;

  @Field(() => String, { description: 'Password that meets the rules of the settings.' })
  password!: string;

  @Field(() => String, { nullable: true, description: 'Name for people, at most 200 characters.' })
  displayName?: string | null;
}

@InputType({ description: 'Which key to rotate is said by the mutation.' })
export class RotateKeyInput extends MutationInput {}

export const BootstrapSuperAdminPayload = payload('BootstrapSuperAdminPayload', {
  userId: { type: () => ID, description: 'The new User.' },
  adminGrantId: { type: () => ID, description: 'Its right.' },
});
const kid = { kid: { type: () => ID, description: 'The new key.' } };
export const RotateSigningKeyPayload = payload('RotateSigningKeyPayload', kid);
export const RotateReceiptKeyPayload = payload('RotateReceiptKeyPayload', kid);
export const RotateReviewKeyPayload = payload('RotateReviewKeyPayload', kid);
export const RotateApiKeyHmacKeyPayload = payload('RotateApiKeyHmacKeyPayload', kid);
