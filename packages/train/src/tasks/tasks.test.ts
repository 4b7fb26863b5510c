import { foldIn, key } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { addingBaseline, addingProblem, nextCharacter, sampleText } from '../index.ts';

describe('the adding problem', () => {
  it.each([2, 3, 7, 60])('marks one number in each half of %i steps, and asks for their sum', (T) => {
    const B = 50;
    const { inputs, targets } = addingProblem({ T, batch: B, key: key(3) });
    expect([inputs.shape, targets.shape]).toEqual([
      [T, B, 2],
      [B, 1],
    ]);
    const x = inputs.toArray() as number[][][];
    for (let b = 0; b < B; b++) {
      const marked = x.flatMap((row, t) => (row[b]?.[1] === 1 ? [t] : []));
      expect(marked.length).toBe(2);
      expect(marked[0]).toBeLessThan(T >> 1);
      expect(marked[1]).toBeGreaterThanOrEqual(T >> 1);
      const asked = marked.reduce((total, t) => total + (x[t]?.[b]?.[0] ?? Number.NaN), 0);
      expect(targets.data[b]).toBe(asked);
      expect(x.every((row) => row[b]?.[1] === 0 || row[b]?.[1] === 1)).toBe(true);
    }
  });

  it('is a pure function of its key', () => {
    const draw = (n: number) => String(addingProblem({ T: 5, batch: 2, key: foldIn(key(7), n) }).inputs);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });

  it('has 1/6 for the best constant', () => {
    const { targets } = addingProblem({ T: 10, batch: 20000, key: key(1) });
    const errors = [...targets.data].map((y) => (y - 1) * (y - 1));
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeCloseTo(addingBaseline, 2);
  });

  it('reaches every step as a place', () => {
    const { inputs } = addingProblem({ T: 5, batch: 500, key: key(2) });
    const counts = (inputs.toArray() as number[][][]).map((row) => row.filter((entry) => entry[1] === 1).length);
    expect(counts.every((count) => count > 50)).toBe(true);
  });

  it('refuses sizes that are too small', () => {
    expect(() => addingProblem({ T: 1, batch: 1, key: key(1) })).toThrow(
      'addingProblem: T is 1, not an integer from 2 up.',
    );
    expect(() => addingProblem({ T: 4, batch: 0, key: key(1) })).toThrow(
      'addingProblem: batch is 0, not an integer from 1 up.',
    );
  });
});

describe('next character', () => {
  it('keeps code points whole, and text comes back', () => {
    const task = nextCharacter('zß水🍉\r\nz', { T: 2, batch: 1 });
    expect(task.vocabulary).toEqual(['\n', '\r', 'z', 'ß', '水', '🍉']);
    expect(task.decode(task.encode('🍉z'))).toBe('🍉z');
    expect(task.decode([3, 3])).toBe('ßß');
    expect(task.decode(task.ids)).toBe('zß水🍉\r\nz');
  });

  it('pairs each character with the one after it, windows reaching both ends', () => {
    const text = 'abcdef';
    const task = nextCharacter(text, { T: 3, batch: 200 });
    const { inputs, targets } = task.batch(key(5));
    expect([inputs.shape, targets.shape, inputs.dtype]).toEqual([[3, 200], [3, 200], 'int32']);
    const [xs, ys] = [inputs.toArray(), targets.toArray()] as [number[][], number[][]]; // two axes
    const windows = new Set<string>();
    for (let b = 0; b < 200; b++) {
      const [x, y] = [xs, ys].map((rows) => task.decode(rows.map((row) => row[b] ?? -1))) as [string, string]; // two
      expect(y.slice(0, -1)).toBe(x.slice(1));
      expect(text).toContain(x + y.at(-1));
      windows.add(x);
    }
    expect([...windows].sort()).toEqual(['abc', 'bcd', 'cde']);
  });

  it('says what is wrong with a text', () => {
    expect(() => nextCharacter('', { T: 2, batch: 1 })).toThrow(
      'nextCharacter: the text is empty. Give it a text of at least T + 1 characters.',
    );
    expect(() => nextCharacter('ab', { T: 2, batch: 1 })).toThrow(
      'nextCharacter: the text has 2 characters, and a window of T + 1 = 3 does not fit. Use a smaller T or a longer text.',
    );
    expect(() => nextCharacter('abc', { T: 2, batch: 1 }).encode('aé')).toThrow(
      'nextCharacter: character 1, "é" (U+00E9), is not in the vocabulary of 3. Leave it out, or train on a text that has it.',
    );
    expect(() => nextCharacter('abc', { T: 2, batch: 1 }).decode([3])).toThrow(
      'nextCharacter: id 3 is not in the vocabulary: ids are 0…2.',
    );
    expect(() => nextCharacter('abc', { T: 0, batch: 1 })).toThrow('nextCharacter: T is 0, not an integer from 1 up.');
  });
});

describe('sampling', () => {
  const task = nextCharacter('abcabc', { T: 2, batch: 1 });
  /** Surely the next letter of the alphabet; its state counts what it has read. */
  const alphabet = {
    apply(gain: number, ids: Tensor, options: { from?: number } = {}) {
      const rows = [...ids.data].map((id) => [[0, 1, 2].map((c) => (c === (id + 1) % 3 ? gain : 0))]);
      return { out: tensor(rows), last: (options.from ?? 0) + ids.size };
    },
  };

  it('writes on from the prompt', () => {
    expect(sampleText(alphabet, 1e3, task, { prompt: 'ab', length: 5, key: key(1) })).toBe('abcabca');
    expect(sampleText(alphabet, 1, task, { prompt: 'a', length: 30, temperature: 1e-3, key: key(1) })).toBe(
      `${'abc'.repeat(10)}a`,
    );
    const wild = (seed: number) =>
      sampleText(alphabet, 1, task, { prompt: 'a', length: 30, temperature: 100, key: key(seed) });
    expect(wild(1)).toBe(wild(1));
    expect(wild(1)).not.toBe(wild(2));
  });

  it('says what does not fit', () => {
    const options = { prompt: 'a', length: 1, key: key(1) };
    expect(() => sampleText(alphabet, 1, task, { ...options, prompt: '' })).toThrow(
      'sampleText: the prompt is empty. Give it at least one character to start from.',
    );
    expect(() => sampleText(alphabet, 1, task, { ...options, temperature: -1 })).toThrow(
      'sampleText: temperature is -1, not a number from 0 up. 0 gives the likeliest text.',
    );
    const narrow = { apply: () => ({ out: zeros([1, 1, 2]), last: 0 }) };
    expect(() => sampleText(narrow, 1, task, options)).toThrow(
      'sampleText: the model gives f64[1,1,2], but the vocabulary takes [T, 1, 3].',
    );
  });
});
