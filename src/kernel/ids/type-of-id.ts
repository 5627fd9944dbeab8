import { ID_PREFIXES, type IdPrefix, type IdType } from './id-prefixes.js';

const TYPES = new Map<string, IdType>(Object.entries(ID_PREFIXES).map(([type, prefix]: [string, IdPrefix]) => [prefix, type as IdType]));

/** The type that an id belongs to by its reserved prefix; `Resource` for every other id. */
export function typeOfId(id: string): IdType {
  const end = id.indexOf('_');
  return (end < 0 ? undefined : TYPES.get(id.slice(0, end))) ?? 'Resource';
}
