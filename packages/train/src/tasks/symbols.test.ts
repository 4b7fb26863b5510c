import { key } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import {
  copyTask,
  cycleNavigationTask,
  dateTask,
  evenPairsTask,
  modularArithmeticTask,
  parityTask,
  pixelTask,
  recallTask,
  reversalTask,
  selectiveCopyTask,
  temporalOrderTask,
} from '../index.ts';
import { glyphs } from './glyphs.ts';

const B = 300;
const rows = (x: Tensor): number[][] => x.toArray() as number[][]; // two axes
const columns = (x: Tensor): number[][] => rows(x.transpose());
const numbers = (x: Tensor | undefined): number[] => [...(x?.data ?? [])].map(Number);

it('copy: symbols, blanks, the sign, blanks; then the symbols again', () => {
  const { inputs, targets } = copyTask({ T: 4, length: 3, symbols: 5 }).batch(key(1), B);
  const outs = columns(targets);
  columns(inputs).forEach((xs, b) => {
    expect(xs.slice(3)).toEqual([5, 5, 5, 6, 5, 5, 5]);
    expect(outs[b]).toEqual([5, 5, 5, 5, 5, 5, 5, ...xs.slice(0, 3)]);
  });
  expect(copyTask({ T: 100 }).baseline.value).toBeCloseTo((10 * Math.log(8)) / 120, 14);
});

it('selective copy: what is not blank, in its order, anywhere', () => {
  const { inputs, targets, weights } = selectiveCopyTask({ T: 6, length: 2, symbols: 4 }).batch(key(1), B);
  const outs = columns(targets);
  const places = new Set<string>();
  columns(inputs).forEach((xs, b) => {
    expect(xs.slice(6)).toEqual([5, 5]);
    expect(outs[b]?.slice(6)).toEqual(xs.slice(0, 6).filter((x) => x !== 4));
    places.add(
      xs
        .slice(0, 6)
        .flatMap((x, t) => (x === 4 ? [] : [t]))
        .join(),
    );
  });
  expect(places.size).toBe(15); // 6 choose 2
  expect(numbers(weights)).toEqual([...Array(6 * B).fill(0), ...Array(2 * B).fill(1)]);
});

describe('temporal order', () => {
  it.each([
    [
      2,
      [
        [10, 20],
        [50, 60],
      ],
    ],
    [
      3,
      [
        [10, 20],
        [33, 43],
        [66, 76],
      ],
    ],
  ] as const)('of %i', (relevant, windows) => {
    const { inputs, targets, lengths } = temporalOrderTask({ T: 100, relevant }).batch(key(2), B);
    const [classes, ends] = [numbers(targets), numbers(lengths)];
    const seen = windows.map(() => new Set<number>());
    columns(inputs).forEach((xs, b) => {
      const end = ends[b] ?? 0;
      const places = xs.flatMap((x, t) => (x === 4 || x === 5 ? [t] : []));
      expect(places.length).toBe(relevant);
      for (const [i, t] of places.entries()) seen[i]?.add(t);
      const code = places.map((t) => (xs[t] === 5 ? '1' : '0')).join('');
      expect(classes[b]).toBe(Number.parseInt(code, 2));
      expect([xs[0], xs.indexOf(6), xs[end - 1], xs.indexOf(7)]).toEqual([6, 0, 7, end - 1]);
      expect(xs.slice(end).every((x) => x === 0)).toBe(true);
    });
    expect(seen.map((at) => [Math.min(...at), Math.max(...at)])).toEqual(windows);
    expect([Math.min(...ends), Math.max(...ends)]).toEqual([100, 110]);
  });
});

describe('automata, by other means', () => {
  it('parity is the sum of the bits', () => {
    const { inputs, targets } = parityTask({ T: 9 }).batch(key(1), B);
    const outs = columns(targets);
    columns(inputs).forEach((xs, b) => {
      expect(outs[b]).toEqual(xs.map((_, t) => xs.slice(0, t + 1).filter((x) => x === 1).length % 2));
    });
  });

  it('even pairs counts the changes', () => {
    const { inputs, targets } = evenPairsTask({ T: 9, answers: 'at every step' }).batch(key(1), B);
    const outs = columns(targets);
    columns(inputs).forEach((xs, b) => {
      const evenUpTo = (t: number): boolean => xs.slice(1, t + 1).filter((x, i) => x !== xs[i]).length % 2 === 0;
      expect(outs[b]).toEqual(xs.map((_, t) => (evenUpTo(t) ? 1 : 0)));
    });
  });

  it('cycle navigation is a sum', () => {
    const { inputs, targets } = cycleNavigationTask({ T: 12 }).batch(key(1), B);
    const outs = numbers(targets);
    columns(inputs).forEach((xs, b) => {
      const place = xs.reduce((sum, move) => sum + (move === 2 ? -1 : move), 0);
      expect(outs[b]).toBe(((place % 5) + 5) % 5);
    });
  });

  it('modular arithmetic is arithmetic', () => {
    const { inputs, targets } = modularArithmeticTask({ T: 9 }).batch(key(1), B);
    const outs = numbers(targets);
    columns(inputs).forEach((xs, b) => {
      const text = xs.map((x) => (x < 5 ? String(x) : '+-*'[x - 5])).join(' ');
      expect(text).toMatch(/^\d( [+\-*] \d){4}$/);
      const value: number = new Function(`return ${text}`)();
      expect([text, outs[b]]).toEqual([text, ((value % 5) + 5) % 5]);
    });
  });
});

it('recall: each question has its answer among the pairs', () => {
  const { inputs, targets } = recallTask({ pairs: 3, keys: 5, values: 4, queries: 2 }).batch(key(1), B);
  const outs = columns(targets);
  columns(inputs).forEach((xs, b) => {
    const held = new Map([0, 2, 4].map((i) => [xs[i], (xs[i + 1] ?? 0) - 5]));
    expect(held.size).toBe(3);
    expect(xs[6]).not.toBe(xs[7]);
    expect(outs[b]?.slice(6)).toEqual([held.get(xs[6]), held.get(xs[7])]);
  });
});

describe('pixels', () => {
  it('shows the digit that it asks for, at every place', () => {
    const { inputs, targets } = pixelTask({ size: 9, noise: 0 }).batch(key(1), B);
    const places = new Set<string>();
    columns(inputs.reshape([81, B])).forEach((pixels, b) => {
      const ink = Math.max(...pixels);
      expect(ink).toBeGreaterThanOrEqual(0.7);
      const dots = pixels.flatMap((x, i) => (x > 0 ? [[Math.floor(i / 9), i % 9]] : [])) as [number, number][]; // pairs
      const glyph = glyphs[Number(targets.data[b])] ?? [];
      const inked = glyph.flatMap((row, r) => row.flatMap((dot, c) => (dot === 1 ? [[r, c]] : []))) as [
        number,
        number,
      ][]; // pairs
      const shift = [(dots[0]?.[0] ?? 0) - (inked[0]?.[0] ?? 0), (dots[0]?.[1] ?? 0) - (inked[0]?.[1] ?? 0)] as const;
      expect(dots).toEqual(inked.map(([r, c]) => [r + shift[0], c + shift[1]]));
      places.add(shift.join());
    });
    expect(places.size).toBe(3 * 5);
  });

  it('permuted shows the same pixels in one other order', () => {
    const [plain, other] = [pixelTask({ size: 8 }), pixelTask({ size: 8, permuted: true })].map((task) =>
      columns(task.batch(key(1), 5).inputs.reshape([64, 5])),
    ) as [number[][], number[][]]; // two
    const order = other[0]?.map((x) => plain[0]?.indexOf(x) ?? -1) ?? [];
    expect([...order].sort((a, b) => a - b)).toEqual(order.map((_, i) => i));
    expect(order).not.toEqual(order.map((_, i) => i));
    for (const [b, pixels] of plain.entries()) expect(other[b]).toEqual(order.map((i) => pixels[i]));
  });

  it('no two digits look alike', () => {
    const texts = glyphs.map((glyph) => glyph.flat().join(''));
    expect(new Set(texts).size).toBe(10);
    expect(texts.every((text) => text.length === 35)).toBe(true);
  });
});

describe('from one sequence to another', () => {
  it('reversal reverses', () => {
    const task = reversalTask({ length: 4, symbols: 5 });
    const { source, target } = task.pairs(key(1), B);
    const reversed = columns(target);
    for (const [b, xs] of columns(source).entries()) expect(reversed[b]).toEqual([...xs].reverse());
    const { inputs, targets } = task.batch(key(1), B);
    expect(rows(inputs).slice(0, 4)).toEqual(rows(source));
    expect(rows(inputs)[4]?.every((x) => x === 5)).toBe(true);
    expect(rows(targets).slice(4)).toEqual(rows(target));
  });

  it('dates mean the day that JavaScript reads in them', () => {
    const task = dateTask();
    const { source, target } = task.pairs(key(1), B);
    const answers = task.decode('target', target);
    const kinds = new Set<string>();
    task.decode('source', source).forEach((text, b) => {
      // Day and month the German way are the one format that JavaScript reads otherwise.
      const readable = text.replace(/^(\d\d)\.(\d\d)\.(\d{4})$/, '$3-$2-$1');
      kinds.add(
        text
          .replace(/[A-Z][a-z]{3,}/, 'Month')
          .replace(/[A-Z][a-z]{2} /, 'Mon ')
          .replaceAll(/\d+/g, '0'),
      );
      const date = new Date(`${readable.replaceAll('-', '/')} UTC`);
      expect([text, answers[b]]).toEqual([text, date.toISOString().slice(0, 10)]);
    });
    expect(kinds.size).toBeGreaterThanOrEqual(5);
  });
});
