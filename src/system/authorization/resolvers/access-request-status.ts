import { enumType, type EnumOf } from '../../shared/resolvers/index.js';

export const AccessRequestStatus = enumType('AccessRequestStatus', 'What became of a request for a Role.', {
  PENDING: ['pending', 'It waits for an answer.'],
  APPROVED: ['approved', 'The Role was assigned.'],
  REFUSED: ['refused', 'Somebody said no, and why.'],
  WITHDRAWN: ['withdrawn', 'Who asked took it back.'],
  EXPIRED: ['expired', 'Nobody answered it in time.'],
});
export type AccessRequestStatus = EnumOf<typeof AccessRequestStatus>;
