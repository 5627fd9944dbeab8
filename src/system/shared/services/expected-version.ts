import { PolityError } from '../../../kernel/errors/index.js';

/** @throws PolityError `CONFLICT` when the caller read another version than the one that is stored. */
export function assertVersion(entity: { readonly version: number }, expectedVersion: number | null | undefined): void {
  if (expectedVersion === undefined || expectedVersion === null || expectedVersion === entity.version) return;
  throw new PolityError('CONFLICT', 'Somebody else changed this object; read it again.', { path: ['input', 'expectedVersion'] });
}
