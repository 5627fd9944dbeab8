import { optional, withDefault } from '../setting.js';
import { matching } from '../schemas/matching.js';
import { oneOf } from '../schemas/one-of.js';

/** What this process is and what it was built from. */
export const runtimeSettings = {
  environment: withDefault(
    {
      variable: 'NODE_ENV',
      schema: oneOf('development', 'test', 'production'),
      description: 'Kind of process: `development`, `test` or `production`. Production refuses weak settings.',
    },
    'development',
  ),
  sourceRevision: optional({
    variable: 'POLITY_SOURCE_REVISION',
    schema: matching(/^[A-Za-z0-9._+/-]{1,128}$/, 'at most 128 letters, digits or . _ + / -'),
    description: 'Revision of the source this process was built from, shown by `/version`.',
  }),
};
