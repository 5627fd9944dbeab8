import { KeptDocuments, MOST_BYTES_OF_ONE } from './kept-documents.js';

describe('KeptDocuments', () => {
  test('keeps so many texts, those that were used last', () => {
    const kept = new KeptDocuments(2);
    for (const name of ['a', 'b']) kept.keep(name, name);
    expect(kept.get('a')).toBe('a');
    kept.keep('c', 'c');
    expect([kept.get('a'), kept.get('b'), kept.get('c'), kept.size]).toEqual(['a', undefined, 'c', 2]);
  });
  test('keeps so many bytes, of which each unit of text takes two', () => {
    const kept = new KeptDocuments(100, 20);
    kept.keep('a', 'x'.repeat(5));
    kept.keep('b', 'x'.repeat(5));
    expect(kept.size).toBe(2);
    kept.keep('c', 'x');
    expect([kept.get('a'), kept.size]).toEqual([undefined, 2]);
    for (let index = 0; index < 1_000; index++) kept.keep(String(index), 'x'.repeat(1 + (index % 10)));
    expect(kept.size).toBeLessThanOrEqual(10);
    kept.keep('full', 'x'.repeat(10));
    expect([kept.get('full')?.length, kept.size]).toEqual([10, 1]);
  });
  test('keeps a text once, and none that is too large', () => {
    const kept = new KeptDocuments(100, 20);
    for (let again = 0; again < 5; again++) kept.keep('a', 'x'.repeat(5));
    kept.keep('b', 'x'.repeat(5));
    expect([kept.get('a'), kept.size]).toEqual(['xxxxx', 2]);
    const roomy = new KeptDocuments();
    roomy.keep('large', 'x'.repeat(MOST_BYTES_OF_ONE / 2 + 1));
    roomy.keep('fits', 'x'.repeat(MOST_BYTES_OF_ONE / 2));
    expect([roomy.get('large'), roomy.get('fits')?.length]).toEqual([undefined, MOST_BYTES_OF_ONE / 2]);
  });
});
