import fc from 'fast-check';
import { modelOfText } from '../load-model.js';
import { randomModel } from '../testing/random-model.js';
import { writeModel } from './write-model.js';

test('what was written is read as the same, and written again as the same bytes', () => {
  fc.assert(fc.property(randomModel, (model) => {
    const text = writeModel(model);
    const read = modelOfText('model.yaml', text);
    expect(writeModel(read)).toBe(text);
    expect(withoutPlaces(read)).toEqual(withoutPlaces(model));
  }), { numRuns: 300 });
});

test('the order in which things were made does not show', () => {
  fc.assert(fc.property(randomModel, (model) => {
    const turned = { ...model, roles: turn(model.roles), permissions: turn(model.permissions), types: turn(model.types), members: turn(model.members), groups: turn(model.groups), assignments: model.assignments.toReversed(), separation: model.separation.toReversed() };
    expect(writeModel(turned)).toBe(writeModel(model));
  }), { numRuns: 100 });
});

function turn<Value>(map: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...map].toReversed());
}

// Order means nothing but to the eye.
function withoutPlaces(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, part]) => [`.${key}`, withoutPlaces(part)]));
  if (Array.isArray(value)) return value.map(withoutPlaces).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'at').map(([key, part]) => [`.${key}`, withoutPlaces(part)]));
}
