import { possibleOutcomes, type Guess } from './possible-outcomes.js';

describe('possible outcomes', () => {
  it('without anything unknown are one', () => {
    expect(possibleOutcomes(() => 'only')).toEqual(['only']);
  });

  it('are found in every combination, each condition being the same wherever it is met', () => {
    const ask = (guess: Guess): string => JSON.stringify([guess('a'), guess('b'), guess('a')]);
    expect(possibleOutcomes(ask)?.toSorted()).toEqual(['[false,false,false]', '[false,true,false]', '[true,false,true]', '[true,true,true]']);
  });

  it('are tried only where a condition is looked at', () => {
    let asked = 0;
    const outcomes = possibleOutcomes((guess) => {
      asked += 1;
      return guess('denial') === true ? 'denied' : guess('allowance') === true ? 'allowed' : 'nothing';
    });
    expect(outcomes?.toSorted()).toEqual(['allowed', 'denied', 'nothing']);
    expect(asked).toBe(3);
  });

  it('that are too many to try are left unknown', () => {
    const asking = (conditions: number) => (guess: Guess): number => Array.from({ length: conditions }, (_, at) => guess(`c${at}`)).filter(Boolean).length;
    expect(possibleOutcomes(asking(6))).toHaveLength(64);
    expect(possibleOutcomes(asking(7))).toBeUndefined();
  });
});
