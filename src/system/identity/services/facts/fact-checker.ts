import { newId } from '../../../../kernel/ids/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import { conditionsRef, type RequestContext } from '../../../shared/contracts/index.js';
import { FACT_KINDS, type Fact, type FactKind, type LineProblem } from './fact.js';
import { FACT_TABLES, type NaturalKey } from './fact-tables.js';
import { groupPlaces, idsThatExist, storedByKey, storedRows } from './stored-facts.js';

/** Named by a line and not declared by an earlier one: must be stored. */
type Unresolved = Map<FactKind, Map<string, { readonly line: number; readonly field: string }[]>>;

/**
 * Checks facts against what is stored and against earlier lines: a line may refer only to these. Remembers ids and keys over calls,
 * so that a long file is checked batch by batch. Completes facts on the way: ids of links, and the places of Groups.
 */
export class FactChecker {
  private readonly ids = new Map<FactKind, Set<string>>(FACT_KINDS.map((kind) => [kind, new Set()]));
  private readonly keys = new Set<string>();
  private readonly groupsByPath = new Map<string, string>();
  /** Source of a condition → what is wrong with it. */
  private readonly conditions = new Map<string, string | undefined>();

  constructor(
    private readonly context: RequestContext,
    private readonly spaceId: string,
  ) {}

  /** Problems of the facts, which stand in the order of their lines. */
  async check(executor: SqlExecutor, facts: readonly Fact[]): Promise<LineProblem[]> {
    const problems: LineProblem[] = [];
    const unresolved: Unresolved = new Map();
    for (const fact of facts) this.declare(fact, unresolved, problems);
    for (const fact of facts) this.compile(fact, problems);
    for (const [kind, group] of Map.groupBy(facts, (fact) => fact.kind)) problems.push(...(await this.compare(executor, kind, group)));
    for (const [kind, named] of unresolved) {
      const existing = await idsThatExist(executor, this.context, this.spaceId, kind, [...named.keys()]);
      for (const [id, places] of named) {
        if (existing.has(id)) continue;
        const code = `${kind.toUpperCase()}_NOT_FOUND`;
        problems.push(...places.map((place) => ({ ...place, code, message: `No ${kind} with this id stands on an earlier line or is stored here.` })));
      }
    }
    problems.push(...(await this.placeGroups(executor, facts.filter(({ kind }) => kind === 'group'))));
    return problems.sort((one, other) => one.line - other.line);
  }

  private declare({ line, kind, values }: Fact, unresolved: Unresolved, problems: LineProblem[]): void {
    const { fields, keys } = FACT_TABLES[kind];
    const twice = (field: string): void => {
      problems.push({ line, field, code: 'ALREADY_EXISTS', message: 'An earlier line says the same of another fact.' });
    };
    for (const [field, { refersTo }] of Object.entries(fields)) {
      if (refersTo === undefined) continue;
      for (const id of [values[field]].flat()) {
        if (typeof id !== 'string' || this.ids.get(refersTo)?.has(id) === true) continue;
        const named = getOrMake(unresolved, refersTo, () => new Map());
        getOrMake(named, id, () => []).push({ line, field });
      }
    }
    if (typeof values.id === 'string') {
      if (this.ids.get(kind)?.has(values.id) === true) twice('id');
      this.ids.get(kind)?.add(values.id);
    }
    for (const key of keys) {
      const text = keyText(kind, key, values);
      if (text === undefined) continue;
      if (this.keys.has(text)) twice(key.fields.at(0) ?? 'id');
      this.keys.add(text);
    }
  }

  private compile({ line, values: { condition } }: Fact, problems: LineProblem[]): void {
    if (typeof condition !== 'string') return;
    if (!this.conditions.has(condition)) this.conditions.set(condition, this.context.services.get(conditionsRef).faultOf(condition));
    const fault = this.conditions.get(condition);
    if (fault !== undefined) problems.push({ line, field: 'condition', code: 'VALIDATION_FAILED', message: fault });
  }

  private async compare(executor: SqlExecutor, kind: FactKind, facts: readonly Fact[]): Promise<LineProblem[]> {
    const { fields, keys, makesId, inSpace } = FACT_TABLES[kind];
    const problems: LineProblem[] = [];
    for (const key of keys) {
      const holders = await storedByKey(executor, this.spaceId, kind, key, facts);
      for (const { line, values } of facts) {
        const holder = holders.get(line);
        if (holder === undefined || holder === values.id) continue;
        if (key.identifies === true && values.id === undefined) values.id = holder;
        else problems.push({ line, field: key.fields.at(0) ?? 'id', code: 'ALREADY_EXISTS', message: 'This is stored under another id.' });
      }
    }
    if (makesId !== undefined) for (const { values } of facts) values.id ??= newId(makesId);

    const fixed = Object.entries(fields).filter(([, field]) => field.fixed === true);
    const rows = await storedRows(executor, kind, facts.map(({ values }) => values.id as string));
    for (const { line, values } of facts) {
      const row = rows.get(values.id as string);
      if (row === undefined) continue;
      if (inSpace && row.space_id !== this.spaceId) problems.push({ line, field: 'id', code: 'ID_UNAVAILABLE', message: 'This id cannot be used.' });
      else {
        const changed = fixed.find(([field, { column }]) => (row[column] ?? undefined) !== values[field]);
        if (changed !== undefined) problems.push({ line, field: changed[0], code: 'VALIDATION_FAILED', message: 'This cannot change once it is stored.' });
      }
    }
    return problems;
  }

  private async placeGroups(executor: SqlExecutor, groups: readonly Fact[]): Promise<LineProblem[]> {
    const problems: LineProblem[] = [];
    const parents = groups.map(({ values }) => parentOf(values.path as string)).filter((path) => path !== undefined && !this.groupsByPath.has(path));
    for (const [path, id] of await groupPlaces(executor, this.spaceId, parents as string[])) this.groupsByPath.set(path, id);
    for (const { line, values } of groups) {
      const path = values.path as string;
      const parentPath = parentOf(path);
      const parentId = parentPath === undefined ? undefined : this.groupsByPath.get(parentPath);
      const depth = path.split('.').length - 1;
      if (parentPath !== undefined && parentId === undefined) {
        problems.push({ line, field: 'path', code: 'GROUP_NOT_FOUND', message: `No Group with the path ${parentPath} stands on an earlier line or is stored here.` });
      }
      if (depth > 31) problems.push({ line, field: 'path', code: 'VALIDATION_FAILED', message: 'A tree has at most 32 levels.' });
      Object.assign(values, { parentGroupId: parentId, key: path.slice(path.lastIndexOf('.') + 1), depth });
      this.groupsByPath.set(path, values.id as string);
    }
    return problems;
  }
}

function parentOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : path.slice(0, dot);
}

// A key of which nothing is given is no key; a list of values as JSON cannot be mistaken for another one.
function keyText(kind: FactKind, { fields, anyCase }: NaturalKey, values: Record<string, unknown>): string | undefined {
  if (values[fields[0] ?? ''] === undefined) return undefined;
  const text = JSON.stringify([kind, fields, fields.map((field) => values[field] ?? null)]);
  return anyCase === true ? text.toLowerCase() : text;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}
