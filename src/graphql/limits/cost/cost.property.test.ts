import fc from 'fast-check';
import { getNamedType, isCompositeType, isInterfaceType, isObjectType, Kind, NoUnusedFragmentsRule, NoUnusedVariablesRule, parse, PossibleFragmentSpreadsRule, specifiedRules, validate, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { costSchema } from '../../../../test/support/cost-fixture.js';
import { drawCostOperation, drawCostSdl, drawVariables } from '../../../../test/support/cost-model.js';
import { CostReference } from '../../../../test/support/cost-reference.js';
import { Draw } from '../../../../test/support/guard-model.js';
import { assertCostDirectives, compileCost, MOST_COST } from './index.js';

// What a drawn operation leaves unused or selects of types that cannot be there costs nothing, and proves that it does.
const rules = specifiedRules.filter((rule) => ![NoUnusedFragmentsRule, NoUnusedVariablesRule, PossibleFragmentSpreadsRule].includes(rule));

function drawOperation(draw: Draw, schema: GraphQLSchema): string {
  const fields = (name: string) => {
    const type = schema.getType(name);
    return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  };
  return drawCostOperation(draw, (type) => Object.keys(fields(type)), (type, field) => {
    const returned = getNamedType(fields(type)[field]?.type);
    return isCompositeType(returned) ? returned.name : undefined;
  });
}

test('estimates and actual costs are those of a naive reading, and no answer within its sizes costs more than was estimated', () => {
  const seen = { priced: 0, variable: 0 };
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const draw = new Draw(g);
      const schema = costSchema(drawCostSdl(draw));
      assertCostDirectives(schema);
      const document = parse(drawOperation(draw, schema));
      expect(validate(schema, document, rules).map(({ message }) => message)).toEqual([]);
      const operation = document.definitions[0] as OperationDefinitionNode;
      const fragments = document.definitions.filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION);
      const cost = compileCost(schema, document, operation);
      for (let round = 0; round < 3; round++) {
        const variables = drawVariables(draw);
        const reference = new CostReference(schema, operation, fragments, variables);
        const estimate = Math.min(reference.estimate(), MOST_COST);
        expect(cost.estimate(variables)).toBe(estimate);
        expect(cost.fixed ?? estimate).toBe(estimate);
        if (cost.fixed === undefined) seen.variable++;
        if (estimate > 0) seen.priced++;
        const { data, actual } = reference.answer((most) => draw.below(Math.min(most, 2) + 1), (types) => draw.one(types));
        expect(cost.actual(data, variables)).toBe(actual);
        expect(actual).toBeLessThanOrEqual(estimate);
      }
    }),
    { numRuns: 300, endOnFailure: true },
  );
  expect(seen.priced).toBeGreaterThan(300);
  expect(seen.variable).toBeGreaterThan(100);
});
