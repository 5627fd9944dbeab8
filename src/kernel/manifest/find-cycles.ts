/**
 * Cycles of a directed graph, each as the ids along it with the first repeated at the end: `['a', 'b', 'a']`.
 * Depth-first search; one cycle per back edge, so every strongly connected component is named at least once.
 * Edges to unknown ids and to oneself are ignored.
 */
export function findCycles(dependencies: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const trail: string[] = [];

  const visit = (id: string): void => {
    trail.push(id);
    for (const dependency of dependencies.get(id) ?? []) {
      if (dependency === id || finished.has(dependency) || !dependencies.has(dependency)) continue;
      const start = trail.indexOf(dependency);
      if (start === -1) visit(dependency);
      else cycles.push([...trail.slice(start), dependency]);
    }
    trail.pop();
    finished.add(id);
  };

  for (const id of dependencies.keys()) if (!finished.has(id)) visit(id);
  return cycles;
}
