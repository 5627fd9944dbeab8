import { withDefault } from '../setting.js';
import { wholeNumber } from '../schemas/whole-number.js';

/** Waiting times of governed changes. */
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
};
