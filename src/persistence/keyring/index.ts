export { DatabaseKeyring, type DatabaseKeyringOptions, type StoredKey, type StoredKeyPurpose } from './database-keyring.js';
export { MasterKeyMismatch } from './master-key-mismatch.js';
