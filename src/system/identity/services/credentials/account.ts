import { raw } from '../../../../persistence/index.js';

/** A User as it sees itself. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly displayName: string | null;
}

/** Columns of {@link Account} from `sys_identity.users u`. */
export const ACCOUNT_COLUMNS = raw('u.id, u.email, u.display_name AS "displayName"');
