import fc from 'fast-check';
import { parse, validate, type OperationDefinitionNode } from 'graphql';
import { run } from '../../../test/support/graphql-fixture.js';
import { Draw, drawModel, drawOperation, drawRights, guardsOf } from '../../../test/support/guard-model.js';
import { contextOf, schemaOf, things } from '../../../test/support/guard-reference.js';
import { gatherDenied } from '../execution/index.js';
import { costOf, priceFieldsByPath } from '../limits/index.js';
import { FieldTrace } from './field-trace.js';

const seen = { allowed: 0, denied: 0, not_reached: 0 };

test('what a trace says was denied is what the answer denies, whatever the schema, the caller and the operation', async () => {
  await fc.assert(fc.asyncProperty(fc.gen(), async (g) => {
    const draw = new Draw(g);
    const model = drawModel(draw);
    const schema = schemaOf(model);
    const source = drawOperation(draw, model);
    const document = parse(source);
    expect(validate(schema, document)).toEqual([]);
    const operation = document.definitions[0] as OperationDefinitionNode;
    const rights = drawRights(draw, things.map(({ id }) => id));
    const [context, plain] = [contextOf(rights), contextOf(rights)];
    const trace = new FieldTrace({ schema, document, operation, variables: undefined }, context);
    const result = await run(schema, source, context);
    expect(JSON.stringify(result)).toBe(JSON.stringify(await run(schema, source, plain)));

    const { fields, isTruncated } = trace.report(result.errors);
    const { denied } = gatherDenied((result.errors ?? []).map((error) => error.toJSON()));
    expect([...new Set(fields.filter(({ outcome }) => outcome === 'denied').map(({ path }) => path))].toSorted()).toEqual([...denied.keys()].toSorted());
    expect(isTruncated).toBeUndefined();
    for (const { outcome, code, coordinate, rule, decided, objects } of fields) {
      seen[outcome]++;
      expect(code).toBe(outcome === 'denied' ? 'UNAUTHORIZED_FIELD_OR_TYPE' : undefined);
      const guards = guardsOf(model, ...(coordinate.split('.') as [string, string]));
      for (const guard of guards) expect(rule).toContain({ authenticated: '@authenticated', scopes: '@requiresScopes', policies: '@policy', can: '@can' }[guard.kind]);
      expect(decided).toBe(guards.some(({ kind }) => kind === 'can') ? 'per_object' : 'once');
      expect((objects?.allowed ?? 0) + (objects?.denied ?? 0)).toBe(objects?.asked ?? 0);
    }
    const all = priceFieldsByPath(schema, document, operation, undefined, 100_000);
    const guarded = all.fields.filter(({ parent, field }) => guardsOf(model, parent.name, field.name).length > 0).map(({ path, parent, field }) => `${path} ${parent.name}.${field.name}`);
    expect(fields.map(({ path, coordinate }) => `${path} ${coordinate}`)).toEqual(expect.arrayContaining(guarded));
    // The parts at the root are the whole.
    const atRoot = all.fields.filter(({ path }) => !path.includes('.')).reduce((sum, { cost }) => sum + cost, 0);
    expect(atRoot).toBe(costOf(schema, document, operation).estimate());
  }), { numRuns: 150, endOnFailure: true });
  expect(Math.min(seen.allowed, seen.denied, seen.not_reached)).toBeGreaterThan(100);
}, 120_000);
