import { nearestName } from './nearest-name.js';

describe('nearestName', () => {
  test.each([
    ['kitten', 'sitting'],
    ['ab', 'ba'],
    ['', 'xy'],
    ['other', 'another'],
  ])('of %j is %s', (text, expected) => {
    expect(nearestName(text, ['xy', 'sitting', 'another', 'ba'])).toBe(expected);
  });

  test('is the first of equals', () => {
    expect(nearestName('cat', ['bat', 'hat'])).toBe('bat');
  });
});
