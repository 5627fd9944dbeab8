import { PolityError } from '../../../kernel/errors/index.js';

/** Owner of what the API creates; built-in capabilities and plugins are `capability:<id>` and `plugin:<id>`. */
export const APP_OWNER = 'app';

/** @throws PolityError `OWNER_PROTECTED` when somebody else than the owner of a type changes it, its actions or its mapping. */
export function assertOwner(type: { readonly key: string; readonly owner: string }, claimant: string): void {
  if (type.owner === claimant) return;
  throw new PolityError('OWNER_PROTECTED', `The resource type ${type.key} belongs to ${type.owner}, who alone may change it.`, {
    details: { resourceType: type.key, owner: type.owner },
  });
}
