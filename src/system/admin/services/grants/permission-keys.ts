import { invalid, type InputPath } from '../../../../kernel/errors/index.js';
import { isPermissionKey, type KernelStatus } from '../../../shared/contracts/index.js';

/**
 * Checks a key that shall be granted: its form, and that a registered permission is covered by it. A right to something that nothing
 * enforces would only look like one.
 *
 * @throws PolityError `VALIDATION_FAILED` naming `path`
 */
export function assertGrantableKey(key: string, kernel: KernelStatus, path: InputPath): void {
  if (!isPermissionKey(key)) throw invalid(path, 'A permission key is *, domain:* or domain:action in lower-case letters, digits, _ and -.');
  if (key === '*') return;
  const [domain = '', action = ''] = key.split(':');
  const registered = kernel.permissions();
  const isWide = action === '*' || action === 'manage';
  if (registered.some((permission) => permission.key === key || (isWide && permission.key.startsWith(`${domain}:`)))) return;
  throw invalid(path, `No permission ${key} is registered.`);
}
