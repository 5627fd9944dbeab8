import type { Place } from './place.js';
import type { Problems } from './problems.js';
import { jsonOf, type Json } from './json-of.js';
import type { YamlEntry, YamlList, YamlMap, YamlNode } from './yaml-node.js';

/** Says what is wrong with a text, as a sentence; undefined when it is right. */
export type TextCheck = (text: string) => string | undefined;

/** A text with its place. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/**
 * Reads the fields of one mapping. Every field that is asked for is known; {@link end} reports the others: a misspelt key is a
 * mistake, never nothing.
 */
export class Fields {
  private readonly known: string[] = [];

  private constructor(
    readonly place: Place,
    private readonly entries: ReadonlyMap<string, YamlEntry>,
    private readonly problems: Problems,
    private readonly what: string,
  ) {}

  /** Fields of a node; nothing (`key:`) is a mapping without any. Undefined for anything else, which has been reported. */
  static of(node: YamlNode, problems: Problems, what: string): Fields | undefined {
    if (node.kind === 'map') return new Fields(node.place, node.entries, problems, what);
    if (node.kind === 'scalar' && node.value === null) return new Fields(node.place, new Map(), problems, what);
    return problems.add(node.place, `${what} is a mapping of keys to values.`);
  }

  /** The node of a field; undefined when it is absent. */
  node(name: string): YamlNode | undefined {
    this.known.push(name);
    return this.entries.get(name)?.value;
  }

  /** Place of a field, or of the whole when it is absent. */
  placeOf(name: string): Place {
    return this.entries.get(name)?.value.place ?? this.place;
  }

  /** A text; undefined when it is absent or wrong. */
  text(name: string, check: TextCheck): string | undefined {
    return this.placed(name, check)?.text;
  }

  /** A text that must be there. */
  required(name: string, check: TextCheck): PlacedText | undefined {
    const isThere = this.entries.has(name);
    return this.placed(name, check) ?? (isThere ? undefined : this.problems.add(this.place, `${this.what} needs ${name}.`));
  }

  /** A text with its place. */
  placed(name: string, check: TextCheck): PlacedText | undefined {
    const node = this.node(name);
    return node === undefined ? undefined : textOf(node, check, this.problems);
  }

  /** One of some words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    return this.text(name, (text) => (words.includes(text as Word) ? undefined : `This is none of ${words.join(', ')}.`)) as Word | undefined;
  }

  /** True or false. */
  flag(name: string): boolean | undefined {
    const node = this.node(name);
    if (node === undefined) return undefined;
    return node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : this.problems.add(node.place, 'This is neither true nor false.');
  }

  /** A whole number from 1 on. */
  count(name: string): number | undefined {
    const node = this.node(name);
    if (node === undefined) return undefined;
    const isCount = node.kind === 'scalar' && typeof node.value === 'number' && Number.isSafeInteger(node.value) && node.value > 0;
    return isCount ? (node.value as number) : this.problems.add(node.place, 'This is no whole number from 1 on.');
  }

  /** A list of texts, each with its place; empty when it is absent. */
  texts(name: string, check: TextCheck): PlacedText[] {
    const node = this.node(name);
    if (node === undefined) return [];
    const list = listOf(node, this.problems);
    return (list?.items ?? []).map((item) => textOf(item, check, this.problems)).filter((text) => text !== undefined);
  }

  /** The items of a list; none when it is absent. */
  items(name: string): readonly YamlNode[] {
    const node = this.node(name);
    return node === undefined ? [] : (listOf(node, this.problems)?.items ?? []);
  }

  /** Keys of a mapping with their values; none when it is absent. */
  entriesOf(name: string): Iterable<readonly [string, YamlEntry]> {
    const node = this.node(name);
    if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
    if (node.kind === 'map') return node.entries;
    this.problems.add(node.place, 'This is a mapping of keys to values.');
    return [];
  }

  /** A JSON object; undefined when it is absent or none. */
  object(name: string): Readonly<Record<string, Json>> | undefined {
    const node = this.node(name);
    if (node === undefined) return undefined;
    return node.kind === 'map' ? (jsonOf(node) as Record<string, Json>) : this.problems.add(node.place, 'This is a mapping of keys to values.');
  }

  /** Reports every field that nobody asked for. */
  end(): void {
    for (const [name, { place }] of this.entries) {
      if (!this.known.includes(name)) this.problems.add(place, `${this.what} has no key ${JSON.stringify(name)}; it takes ${this.known.join(', ')}.`);
    }
  }
}

/** The text of a node; undefined when it is none, which has been reported. */
export function textOf(node: YamlNode, check: TextCheck, problems: Problems): PlacedText | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    return problems.add(node.place, node.kind === 'scalar' && node.value !== null ? 'This is no text; quote it.' : 'This is no text.');
  }
  const fault = check(node.value);
  return fault === undefined ? { text: node.value, place: node.place } : problems.add(node.place, fault);
}

/** A list; undefined when the node is none, which has been reported. */
export function listOf(node: YamlNode, problems: Problems): YamlList | undefined {
  return node.kind === 'list' ? node : problems.add(node.place, 'This is a list.');
}

/** A mapping without keys, for what is left out. */
export function emptyMap(place: Place): YamlMap {
  return { kind: 'map', place, entries: new Map() };
}
