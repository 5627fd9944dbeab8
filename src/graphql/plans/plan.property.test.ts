import fc from 'fast-check';
import { parse, validate, type OperationDefinitionNode } from 'graphql';
import { run } from '../../../test/support/graphql-fixture.js';
import { Draw, drawModel, drawOperation, drawRights } from '../../../test/support/guard-model.js';
import { contextOf, Reference, schemaOf, things } from '../../../test/support/guard-reference.js';
import { SelectionRequirements } from '../directives/index.js';
import { gatherDenied } from '../execution/index.js';
import { Plan } from './plan.js';

let withheld = 0;
let shown = 0;

test('no guarded value appears through a plan and no allowed value is missing, whatever the schema, the operation and the callers that share the plan', async () => {
  await fc.assert(fc.asyncProperty(fc.gen(), async (g) => {
    const draw = new Draw(g);
    const model = drawModel(draw);
    const schema = schemaOf(model);
    const source = drawOperation(draw, model);
    const document = parse(source);
    expect(validate(schema, document)).toEqual([]);
    const plan = new Plan({ schema, document, operation: document.definitions[0] as OperationDefinitionNode, selections: SelectionRequirements.of(schema) });
    for (let caller = 0; caller < 3; caller++) {
      const rights = drawRights(draw, things.map(({ id }) => id));
      const planned = await plan.run(contextOf(rights), {});
      const guarded = await run(schema, source, contextOf(rights));
      const reference = new Reference(model, source, rights);
      expect(JSON.parse(JSON.stringify(planned?.data))).toEqual(reference.answer());
      expect(JSON.stringify(planned?.data)).toBe(JSON.stringify(guarded.data));
      const told = (errors: typeof guarded.errors = []): unknown[] => gatherDenied(errors.map((error) => error.toJSON())).errors.toSorted((one, other) => String(one.path).localeCompare(String(other.path)));
      expect(told(planned?.errors)).toEqual(told(guarded.errors));
      withheld += reference.denied.length;
      shown += JSON.stringify(planned?.data).split('.').length - 1;
    }
  }), { numRuns: 150, endOnFailure: true });
  // The property is worth something only when both happen often.
  expect(Math.min(withheld, shown)).toBeGreaterThan(500);
}, 120_000);
