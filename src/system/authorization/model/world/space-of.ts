import { MODEL_IDS } from '../ids.js';
import type { Model, SpaceEntry } from '../model.js';

/** Id and status of the Space that data without one belong to. */
const USUAL: Pick<SpaceEntry, 'key' | 'status'> = { key: 'model', status: 'active' };

/** The Space in which a model stands when it is asked about. */
export function spaceOf({ space }: Model): { readonly id: string; readonly status: string } {
  const { key, status } = space ?? USUAL;
  return { id: MODEL_IDS.space(key), status };
}
