import type { Place } from './place.js';

/** A text, a number, true, false or nothing. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

/** A sequence. */
export interface YamlList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly YamlNode[];
}

/** One key of a mapping with its value. */
export interface YamlEntry {
  /** Place of the key. */
  readonly place: Place;
  readonly value: YamlNode;
}

/** A mapping; its keys are texts, each once. */
export interface YamlMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/** What a file holds: plain data with places. There are no aliases and tags any more. */
export type YamlNode = YamlScalar | YamlList | YamlMap;
