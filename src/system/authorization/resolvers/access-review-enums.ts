import { enumType, type EnumOf } from '../../shared/resolvers/index.js';

export const AccessReviewStatus = enumType('AccessReviewStatus', 'Whether a review still takes decisions.', {
  OPEN: ['open', 'Until it is due, items are decided.'],
  CLOSED: ['closed', 'It was done what was decided, and the result is signed.'],
});
export type AccessReviewStatus = EnumOf<typeof AccessReviewStatus>;

export const ReviewOutcome = enumType('ReviewOutcome', 'What is to become of an assignment.', {
  KEEP: ['keep', 'It stays.'],
  REVOKE: ['revoke', 'It is revoked when the review is closed.'],
});
export type ReviewOutcome = EnumOf<typeof ReviewOutcome>;

export const ReviewItemResult = enumType('ReviewItemResult', 'What became of an assignment when its review was closed.', {
  KEPT: ['kept', 'It stayed.'],
  REVOKED: ['revoked', 'It was revoked.'],
  CHANGED: ['changed', 'It was no longer the one that was frozen, and was left alone.'],
});
export type ReviewItemResult = EnumOf<typeof ReviewItemResult>;

export const OrphanReason = enumType('OrphanReason', 'Why nobody can do anything by an assignment.', {
  MEMBER_DISABLED: ['member_disabled', 'Its Member is disabled.'],
  NO_USABLE_BINDING: ['no_usable_binding', 'Nobody can act as its Member: neither a User by a binding nor a machine by an API key.'],
  ROLE_DISABLED: ['role_disabled', 'Its Role is disabled.'],
  ANCHOR_DISABLED: ['anchor_disabled', 'The Group at which it is anchored is disabled.'],
});
export type OrphanReason = EnumOf<typeof OrphanReason>;
