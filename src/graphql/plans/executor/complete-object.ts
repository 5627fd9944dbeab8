import { compileFunction } from 'node:vm';
import type { FieldNode, GraphQLObjectType } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import type { Compilation, CompleteObject } from './compilation.js';
import { compileField, type CalledField, type PropertyField } from './compile-field.js';
import type { Run } from './run.js';

const TYPENAME = '__typename';
/** GraphQL names; nothing else ever becomes a part of source text. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NOTHING: object = Object.freeze(Object.create(null) as object);

/** What the source text of an object calls. */
interface Parts {
  readonly fields: readonly (CalledField | PropertyField)[];
  readonly nothing: object;
  pathOf(parent: Path | undefined, key: string | number | undefined): Path | undefined;
  broken(run: Run, before: number, thrown: unknown): unknown;
  gathered(answer: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/**
 * Compiles the answer of the selected fields of an object type. The function is made from source text, so that the answer is one object
 * literal and each property is read by its own name; the text holds names of the schema and of the document, and nothing else of either.
 *
 * @param typename - type in whose field the object stands, for its path; undefined inside a list
 */
export function compileObject(compilation: Compilation, type: GraphQLObjectType, nodes: readonly FieldNode[], typename: string | undefined): CompleteObject {
  const { schema, fragments, conditions } = compilation;
  const collected = collectSubfields(schema, fragments, conditions, type, nodes);
  return compileFields(compilation, type, collected, typename);
}

/** The same for fields that are collected already. */
export function compileFields(compilation: Compilation, type: GraphQLObjectType, collected: ReadonlyMap<string, readonly FieldNode[]>, typename: string | undefined): CompleteObject {
  const fields: (CalledField | PropertyField)[] = [];
  const readers: string[] = [];
  const entries = [...collected].flatMap(([responseKey, nodes]) => {
    const name = nodes[0]?.name.value ?? '';
    const key = propertyKey(responseKey);
    if (name === TYPENAME) return [`${key}: ${JSON.stringify(type.name)}`];
    const definition = type.getFields()[name];
    if (definition === undefined) return [];
    const index = fields.length;
    const field = compileField({ compilation, parent: type, definition, responseKey, nodes });
    fields.push(field);
    if (field.kind === 'called') return [`${key}: called${index}(run, source, pathOf(parent, place))`];
    readers.push(reader(field, index));
    return [`${key}: read${index}(run, s, parent, place)`];
  });
  const names = fields.map((field, index) => (field.kind === 'called' ? `const called${index} = parts.fields[${index}].answer;` : `const { answer: answer${index}, failed: failed${index}, object: object${index}, waited: waited${index} } = parts.fields[${index}];`));
  const text = `"use strict";
const { nothing, pathOf, broken, gathered } = parts;
${names.join('\n')}
${readers.join('\n')}
return (run, source, parent, place) => {
  const s = (typeof source === "object" && source !== null) || typeof source === "function" ? source : nothing;
  const before = run.started.length;
  let answer;
  try {
    answer = { ${entries.join(', ')} };
  } catch (thrown) {
    return broken(run, before, thrown);
  }
  return run.started.length === before ? answer : gathered(answer);
};`;
  const parts: Parts = { fields, nothing: NOTHING, pathOf: (parent, key) => (key === undefined ? undefined : addPath(parent, key, typename)), broken, gathered };
  return compileFunction(text, ['parts'])(parts) as CompleteObject;
}

// A function each, so that a property that throws fails its own field.
function reader({ name, isDone, isNullable, object, responseKey }: PropertyField, index: number): string {
  const asIs = [
    ...(isDone === undefined ? [] : [`if (${isDone}) return v;`]),
    ...(isNullable ? ['if (v === null || v === undefined) return null;'] : []),
    ...(object === undefined ? [] : [nested(index, responseKey)]),
  ];
  return `const read${index} = (run, s, parent, place) => {
  let v;
  try {
    v = s[${JSON.stringify(checked(name))}];
  } catch (thrown) {
    return failed${index}(run, thrown, pathOf(parent, place));
  }
  ${asIs.join('\n  ')}
  return answer${index}(run, s, v, pathOf(parent, place));
};`;
}

// Not by way of `answer`: a call that always has the same target costs a fraction of one that has a different one in each plan.
function nested(index: number, responseKey: string): string {
  return `if (typeof v === "object" && v !== null && typeof v.then !== "function" && !(v instanceof Error)) {
    const at = pathOf(parent, place);
    const before = run.started.length;
    try {
      const answer = object${index}(run, v, at, ${JSON.stringify(checked(responseKey))});
      if (run.started.length === before) return answer;
      return waited${index}(run, answer, at);
    } catch (thrown) {
      return failed${index}(run, thrown, at);
    }
  }`;
}

// Written plainly, `__proto__` would name the prototype of the answer.
function propertyKey(name: string): string {
  const text = JSON.stringify(checked(name));
  return name === '__proto__' ? `[${text}]` : text;
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new Error('not a name of GraphQL');
  return name;
}

/** An object that became null while others of its fields were still waited for: they come to their end first. */
function broken(run: Run, before: number, thrown: unknown): unknown {
  const waiting = run.started.slice(before);
  if (waiting.length === 0) throw thrown;
  return Promise.all(waiting).finally(() => {
    throw thrown;
  });
}

async function gathered(answer: Record<string, unknown>): Promise<Record<string, unknown>> {
  const keys = Object.keys(answer);
  const values = await Promise.all(Object.values(answer));
  for (const [index, key] of keys.entries()) answer[key] = values[index];
  return answer;
}
