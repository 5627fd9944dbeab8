import { GraphQLError, parse, Source, type DocumentNode } from 'graphql';
import type { FragmentProblem, SchemaFragment } from './schema-fragment.js';

/** A fragment whose SDL was read. */
export interface ParsedFragment extends SchemaFragment {
  readonly document: DocumentNode;
}

/** Reads the SDL of fragments, in the order of their names. What cannot be read is a problem. */
export function parseFragments(fragments: readonly SchemaFragment[]): { readonly parsed: readonly ParsedFragment[]; readonly problems: readonly FragmentProblem[] } {
  const parsed: ParsedFragment[] = [];
  const problems: FragmentProblem[] = [];
  const names = new Set<string>();
  for (const fragment of fragments.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = fragment;
    if (names.has(name)) problems.push({ fragment: name, coordinate: 'schema', message: 'there is another fragment of this name' });
    names.add(name);
    try {
      parsed.push({ ...fragment, document: parse(new Source(fragment.typeDefs, name)) });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push({ fragment: name, coordinate: `line ${error.locations?.[0]?.line ?? 1}`, message: error.message });
    }
  }
  return { parsed, problems };
}
