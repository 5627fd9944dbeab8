import fc from 'fast-check';
import { parseManifest } from './parse-manifest.js';
import { resolveOrder } from './resolve-order.js';
import { manifestInput, OFFICIAL_ORDER, officialManifestInputs } from './testing/fixture-manifests.js';

const order = (inputs: ReturnType<typeof officialManifestInputs>) =>
  resolveOrder(inputs.map((input) => parseManifest(input, input.id))).map(({ id }) => id);

describe('resolveOrder', () => {
  test('KR-1: the official five given as admin, authorization, registry, identity, audit', () => {
    expect(order(officialManifestInputs())).toEqual(OFFICIAL_ORDER);
  });

  test('KR-1: whatever the input order', () => {
    const inputs = [...officialManifestInputs()];
    fc.assert(
      fc.property(fc.shuffledSubarray(inputs, { minLength: inputs.length }), (shuffled) => {
        expect(order(shuffled)).toEqual(OFFICIAL_ORDER);
      }),
    );
  });

  test('is empty for nothing', () => {
    expect(order([])).toEqual([]);
  });

  test('breaks ties by id', () => {
    expect(order(['c.x', 'a.x', 'b.x'].map((id) => manifestInput({ id })))).toEqual(['a.x', 'b.x', 'c.x']);
  });

  test('an unvalidated set without an order is our bug', () => {
    expect(() => order([manifestInput({ requires: ['identity.business'] })])).toThrow(
      expect.objectContaining({ code: 'INTERNAL_ERROR', message: 'No order exists for audit.explainable.' }),
    );
  });
});
