import { isDeepStrictEqual } from 'node:util';
import { Api } from '../support/api.js';
import type { Contender } from './contenders.js';
import type { Shape } from './shapes.js';

/**
 * Asserts that contenders answer a shape alike, to the caller and to an anonymous one, and that the latter gets nothing that is guarded.
 *
 * @throws Error that names who differs
 */
export async function assertSameAnswers(shape: Shape, contenders: readonly Contender[]): Promise<void> {
  const [first, ...others] = await Promise.all(contenders.map(async ({ name, caller }) => ({
    name, known: (await caller.send(shape.query)).data, anonymous: (await new Api(caller.url).send(shape.query)).data,
  })));
  if (first === undefined) throw new Error(`nobody answers ${shape.name}`);
  for (const { name, known, anonymous } of others) {
    if (!isDeepStrictEqual(first.known, known)) throw new Error(`${shape.name}: ${first.name} and ${name} differ: ${JSON.stringify(first.known)} and ${JSON.stringify(known)}`);
    if (!isDeepStrictEqual(first.anonymous, anonymous)) throw new Error(`${shape.name}, anonymous: ${first.name} and ${name} differ: ${JSON.stringify(first.anonymous)} and ${JSON.stringify(anonymous)}`);
  }
  if (!JSON.stringify(first.known).includes(shape.contains)) throw new Error(`${shape.name}: ${first.name} answers ${JSON.stringify(first.known)}`);
  if (leaves(first.anonymous).some((leaf) => leaf !== null) !== !shape.guarded) throw new Error(`${shape.name}: an anonymous caller gets ${JSON.stringify(first.anonymous)}`);
}

function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}
