import { buildSchema, parse, validate } from 'graphql';
import { withoutSuggestions } from './without-suggestions.js';

const schema = buildSchema('type Query { spaces(first: Int): [Space] secret: Color colors(color: Color): Int } type Space { id: ID name: String } enum Color { RED GREEN } directive @can on FIELD');

test.each([
  ['{ spacess { id } }', 'Cannot query field "spacess" on type "Query".'],
  ['{ spaces { nam } }', 'Cannot query field "nam" on type "Space".'],
  ['{ spaces(frist: 1) { id } }', 'Unknown argument "frist" on field "Query.spaces".'],
  ['{ secret @cann }', 'Unknown directive "@cann".'],
  ['{ colors(color: REDD) }', 'Value "REDD" does not exist in "Color" enum.'],
  ['{ ... on Spacee { id } }', 'Unknown type "Spacee".'],
  ['{ spaces }', 'Field "spaces" of type "[Space]" must have a selection of subfields.'],
])('%s', (source, expected) => {
  expect(validate(schema, parse(source)).map(({ message }) => withoutSuggestions(message))).toEqual([expected]);
});

test('leaves other messages as they are', () => {
  for (const message of ['Syntax Error: Expected Name, found "?".', 'Did you mean it? Yes.', '']) expect(withoutSuggestions(message)).toBe(message);
});
