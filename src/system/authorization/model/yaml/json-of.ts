import type { YamlNode } from './yaml-node.js';

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The plain value of a node. A key such as `__proto__` becomes a field like any other. */
export function jsonOf(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(jsonOf);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, jsonOf(value)]));
}
