import { expect, test } from 'vitest';
import { wordsOf } from './notes.ts';

test('what passes did, in words: counts agree with their nouns, and what did not happen is not told', () => {
  expect(wordsOf({ pass: 'views', counts: [1] })).toBe('1 view folded');
  expect(wordsOf({ pass: 'views', counts: [2] })).toBe('2 views folded');
  expect(wordsOf({ pass: 'fold-constants', counts: [0, 2] })).toBe('2 maps change nothing');
  expect(wordsOf({ pass: 'fold-constants', counts: [1, 1] })).toBe(
    '1 value depends on constants alone; 1 map changes nothing',
  );
  expect(wordsOf({ pass: 'concat-through-loops', counts: [4, 0] })).toBe(
    '4 results of a loop are parts of one that it writes',
  );
});
