import { isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode } from 'yaml';
import { hiddenCharacterAt } from './hidden-characters.js';
import { parseYaml, placeAt, type ParsedYaml } from './parse-yaml.js';
import { wholeOf, type Place } from './place.js';
import type { Problems } from './problems.js';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-node.js';

/**
 * Reads the text of a YAML file into plain data with places. Refused are what hides its meaning from a reader or can be made to
 * explode: anchors, aliases, merge keys, tags, keys that stand there twice or are no text, NUL and other control characters, and
 * numbers that JSON does not know.
 *
 * @returns undefined when something is wrong, which has been reported
 */
export function readYaml(file: string, source: string, problems: Problems): YamlNode | undefined {
  if (!source.isWellFormed()) return problems.add(wholeOf(file), 'This file is no well-formed Unicode.');
  const hidden = hiddenCharacterAt(source);
  if (hidden >= 0) return problems.add(placeOfIndex(file, source, hidden), 'A character that nobody sees stands here; in a text in double quotes write it as an escape.');
  const parsed = parseYaml(file, source, problems);
  if (parsed === undefined) return undefined;
  const { contents } = parsed.document;
  return contents === null ? problems.add(wholeOf(file), 'This file is empty.') : new Converter(file, parsed, problems).convert(contents);
}

class Converter {
  constructor(
    private readonly file: string,
    private readonly parsed: ParsedYaml,
    private readonly problems: Problems,
  ) {}

  /** Depth is bounded by the parser. */
  convert(node: ParsedNode): YamlNode | undefined {
    const place = this.placeOf(node);
    if (isAlias(node)) return this.problems.add(place, 'Aliases are not taken: write the value.');
    if (node.anchor !== undefined) return this.problems.add(place, 'Anchors are not taken.');
    if (node.tag !== undefined) return this.problems.add(place, 'Tags are not taken.');
    if (isScalar(node)) return this.scalar(node.value, place);
    if (isSeq(node)) return this.list(node.items, place);
    return isMap(node) ? this.map(node.items, place) : this.problems.add(place, 'This is no data.');
  }

  private scalar(value: unknown, place: Place): YamlScalar | undefined {
    if (typeof value === 'number' && (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))) {
      return this.problems.add(place, 'A number is finite and, when whole, at most 2^53 - 1; quote what is a text.');
    }
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
      return this.problems.add(place, 'Text holds a NUL character or half of a surrogate pair.');
    }
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', place, value };
    return this.problems.add(place, 'This is no text, number, true, false or null.');
  }

  private list(nodes: readonly ParsedNode[], place: Place): YamlList {
    return { kind: 'list', place, items: nodes.map((node) => this.convert(node)).filter((node) => node !== undefined) };
  }

  private map(pairs: readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[], place: Place): YamlMap {
    const entries = new Map<string, YamlEntry>();
    for (const { key, value } of pairs) {
      const at = this.placeOf(key);
      const name = this.convert(key);
      const converted = value === null ? { kind: 'scalar' as const, place: at, value: null } : this.convert(value);
      if (name === undefined || converted === undefined) continue;
      if (name.kind !== 'scalar' || typeof name.value !== 'string') this.problems.add(at, 'A key is a text; quote it.');
      else if (name.value === '<<') this.problems.add(at, 'Merge keys are not taken.');
      else if (entries.has(name.value)) this.problems.add(at, `The key ${name.value} stands here twice.`);
      else entries.set(name.value, { place: at, value: converted });
    }
    return { kind: 'map', place, entries };
  }

  private placeOf(node: Node | null): Place {
    const start = node?.range?.[0];
    return start === undefined ? wholeOf(this.file) : placeAt(this.file, this.parsed.lines, start);
  }
}

function placeOfIndex(file: string, source: string, index: number): Place {
  const before = source.slice(0, index).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
