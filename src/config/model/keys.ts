import { optional } from '../setting.js';
import { masterKeyText } from '../schemas/master-key.js';

/** The key that wraps all other keys. */
export const keySettings = {
  masterKey: optional({
    variable: 'POLITY_MASTER_KEY',
    schema: masterKeyText,
    description:
      'Master key that wraps every stored key: 32 random bytes in base64 or hexadecimal (`openssl rand -base64 32`). ' +
      'The embedded database makes its own; production needs it.',
    secret: true,
  }),
};
