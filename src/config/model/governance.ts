import { withDefault } from '../setting.js';
import { commaList } from '../schemas/comma-list.js';
import { readSubjectType } from '../schemas/subject-type.js';
import { wholeNumber } from '../schemas/whole-number.js';

/** Waiting times of governed changes, and how other systems name who acts. */
export const governanceSettings = {
  spaceDeletionWaitS: withDefault(
    {
      variable: 'POLITY_SPACE_DELETION_WAIT_S',
      schema: wholeNumber(0, 365 * 86_400),
      description: 'How long a Space asked to be deleted waits, and can be kept, before it is deleted.',
      unit: 's',
    },
    7 * 86_400,
  ),
  denialWindowS: withDefault(
    {
      variable: 'POLITY_DENIAL_WINDOW_S',
      schema: wholeNumber(0, 3_600),
      description: 'How long denied reads that are alike are counted into one audit event after the first, which is written at once. 0 writes each of them.',
      unit: 's',
    },
    60,
  ),
  authzenSubjectTypes: withDefault(
    {
      variable: 'POLITY_AUTHZEN_SUBJECT_TYPES',
      schema: commaList(readSubjectType),
      description: 'More names for the subject types user, member and service of AuthZEN requests, such as identity=user,workload=service.',
    },
    ['identity=user'],
  ),
  authorizationIndexMib: withDefault(
    {
      variable: 'POLITY_AUTHORIZATION_INDEX_MIB',
      schema: wholeNumber(0, 1_048_576),
      description: 'Most memory for the authorization facts of Spaces that are asked about. What has no room is read from the database for each decision.',
      unit: 'MiB',
    },
    256,
  ),
  selfCheckOneIn: withDefault(
    {
      variable: 'POLITY_SELF_CHECK_ONE_IN',
      schema: wholeNumber(0, 1_000_000_000),
      description: 'Of so many decisions made from memory one is made again from the database; a difference raises an alarm and is denied. 0 for none.',
      unit: 'decisions',
    },
    1_000,
  ),
};
