import { invariant } from '../../kernel/errors/index.js';
import { type CatalogTable, nameOf } from './catalog.js';

/** Tables in an order in which each comes after those its foreign keys point to. */
export function inReferenceOrder(tables: readonly CatalogTable[]): CatalogTable[] {
  const ordered: CatalogTable[] = [];
  const done = new Set<string>();
  const left = new Map(tables.map((table) => [nameOf(table), table]));
  while (left.size > 0) {
    const free = [...left.values()].filter(({ references }) => references.every((name) => done.has(name) || !left.has(name)));
    invariant(free.length > 0, `The foreign keys of ${[...left.keys()].join(', ')} form a circle.`);
    for (const table of free) {
      ordered.push(table);
      left.delete(nameOf(table));
    }
    for (const table of free) done.add(nameOf(table));
  }
  return ordered;
}
