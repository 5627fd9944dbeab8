import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { deniedPaths, run } from '../../../test/support/graphql-fixture.js';
import { Draw, drawModel, drawOperation, drawRights } from '../../../test/support/guard-model.js';
import { contextOf, Reference, schemaOf, things } from '../../../test/support/guard-reference.js';

let checked = 0;
let withheld = 0;
let shown = 0;

test('no guarded value appears and no allowed value is missing, whatever the schema, caller and operation', async () => {
  await fc.assert(fc.asyncProperty(fc.gen(), async (g) => {
    const draw = new Draw(g);
    const model = drawModel(draw);
    const schema = schemaOf(model);
    const source = drawOperation(draw, model);
    expect(validate(schema, parse(source))).toEqual([]);
    const rights = drawRights(draw, things.map(({ id }) => id));
    const result = await run(schema, source, contextOf(rights));
    const reference = new Reference(model, source, rights);
    expect(JSON.parse(JSON.stringify(result.data))).toEqual(reference.answer());
    expect(deniedPaths(result).toSorted()).toEqual(reference.denied.toSorted());
    checked++;
    withheld += reference.denied.length;
    shown += JSON.stringify(result.data).split('.').length - 1;
  }), { numRuns: 150, endOnFailure: true });
  expect(checked).toBeGreaterThanOrEqual(150);
  // The property is worth something only when both happen often.
  expect(Math.min(withheld, shown)).toBeGreaterThan(250);
}, 120_000);
