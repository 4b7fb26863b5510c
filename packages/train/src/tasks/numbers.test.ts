import { key } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { addingTask, forecastTask, mackeyGlass, multiplicationTask, sineWaves, twoSequenceTask } from '../index.ts';

/** [T, B, I] as columns: of each sequence its rows of I. */
function columns(x: Tensor): number[][][] {
  const rows = x.toArray() as number[][][]; // three axes
  return (rows[0] ?? []).map((_, b) => rows.map((row) => row[b] ?? []));
}
const at = (x: Tensor | undefined, b: number): number => Number(x?.data[b] ?? Number.NaN);

describe('numbers with marks, as of 1997', () => {
  const B = 400;
  const T = 20;
  it.each([
    ['adding', addingTask({ T, form: '1997' }), 0, (a: number, b: number) => 0.5 + (a + b) / 4, -1],
    ['multiplication', multiplicationTask({ T }), 1, (a: number, b: number) => a * b, 0],
  ] as const)('%s asks for the two that are marked', (_, task, hidden, combine, low) => {
    const { inputs, targets, lengths } = task.batch(key(3), B);
    const seen = new Set<number>();
    let hiddenOnes = 0;
    for (const [b, rows] of columns(inputs).entries()) {
      const length = at(lengths, b);
      seen.add(length);
      const marked = rows.filter(([, mark]) => mark === 1).map(([x = Number.NaN]) => x);
      if (marked.length === 1) hiddenOnes += 1;
      const [first, second = hidden] = marked as [number, ...number[]]; // one at least
      expect(at(targets, b)).toBeCloseTo(combine(first, second), 14);
      expect([rows[0]?.[1], rows[length - 1]?.[1]]).toEqual([-1, -1]);
      expect(rows.filter(([, mark]) => mark === -1).length).toBe(2);
      const places = rows.flatMap(([, mark], t) => (mark === 1 ? [t] : []));
      expect(Math.max(...places)).toBeLessThan(T / 2);
      expect(Math.min(...places)).toBeLessThan(10);
      expect(
        rows
          .slice(length)
          .flat()
          .every((x) => x === 0),
      ).toBe(true);
      expect(rows.every(([x = 2]) => x >= low && x < 1)).toBe(true);
    }
    expect([...seen].sort()).toEqual([20, 21, 22]);
    // p = 1/10 + 9/10 · 1/9
    expect(hiddenOnes / B).toBeGreaterThan(0.14);
    expect(hiddenOnes / B).toBeLessThan(0.26);
  });

  it('would be 1/24 and 7/144 without the mark that is hidden', () => {
    expect(addingTask({ T: 1e9, form: '1997' }).baseline.value).toBeCloseTo((2 - 0.1) / 48, 9);
    const p = 0.1;
    const mean = (1 - p) / 4 + p / 2;
    expect(multiplicationTask({ T: 1e9 }).baseline.value).toBeCloseTo((1 - p) / 9 + p / 3 - mean ** 2, 8);
  });
});

describe('two sequences', () => {
  it('tells the class first, and then makes noise of variance 0.2', () => {
    const { inputs, targets, lengths } = twoSequenceTask({ T: 10, N: 3 }).batch(key(1), 2000);
    const noise: number[] = [];
    for (const [b, rows] of columns(inputs).entries()) {
      const values = rows.map(([x = Number.NaN]) => x);
      const sign = at(targets, b) === 1 ? 1 : -1;
      expect(values.slice(0, 3)).toEqual([sign, sign, sign]);
      expect(values.slice(at(lengths, b)).every((x) => x === 0)).toBe(true);
      noise.push(...values.slice(3, 10));
    }
    const mean = noise.reduce((a, b) => a + b, 0) / noise.length;
    const variance = noise.reduce((a, x) => a + (x - mean) ** 2, 0) / noise.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(Math.abs(variance - 0.2)).toBeLessThan(0.01);
  });
});

describe('series', () => {
  it('Mackey–Glass is the exact solution while the past is constant, and its own equation after', () => {
    const xs = [...mackeyGlass({ length: 30, skip: 0 }).data].map(Number);
    const pull = (0.2 * 1.2) / (1 + 1.2 ** 10) / 0.1;
    const early = (t: number): number => pull + (1.2 - pull) * Math.exp(-0.1 * t);
    for (let t = 0; t <= 17; t++) expect(xs[t]).toBeCloseTo(early(t), 8);
    // From there on by many small steps of Euler's method, with the solution above as the past.
    const dt = 1e-4;
    let x = early(17);
    for (let t = 17; t < 29 - dt / 2; t += dt) {
      const delayed = early(t - 17);
      x += dt * ((0.2 * delayed) / (1 + delayed ** 10) - 0.1 * x);
    }
    expect(xs[29]).toBeCloseTo(x, 4);
    expect(Math.abs((xs[29] ?? 0) - early(29))).toBeGreaterThan(1e-3); // the past does matter
  });

  it('Mackey–Glass stays where it is known to: between 0.2 and 1.4, without a period', () => {
    const xs = [...mackeyGlass().data].map(Number);
    expect(Math.min(...xs)).toBeGreaterThan(0.2);
    expect(Math.max(...xs)).toBeLessThan(1.4);
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(0.8);
  });

  it('sine waves start at 0 and come back', () => {
    const xs = [...sineWaves([8, 12], 49).data].map(Number);
    expect(xs[0]).toBe(0);
    expect(xs[5]).toBeCloseTo(Math.sin((2 * Math.PI * 5) / 8) + Math.sin((2 * Math.PI * 5) / 12), 14);
    expect(xs[24]).toBeCloseTo(0, 13);
    expect(() => sineWaves([], 3)).toThrow('sineWaves: no periods. Give at least one, as in [20, 33].');
    expect(() => sineWaves([0], 3)).toThrow('sineWaves: a period is 0, not a number above 0.');
  });
});

describe('forecasting', () => {
  const values = Array.from({ length: 60 }, (_, t) => Math.sin(t * 0.7) + 0.01 * t);
  const task = forecastTask(tensor(values), { T: 5, horizon: 2, heldOut: 0.25 });

  it('asks for what comes, from its own part of the series', () => {
    for (const [batch, from, to] of [
      [task.batch(key(1), 200), 0, 45],
      [task.heldOut?.(key(1), 200), 45, 60],
    ] as const) {
      const places = new Set<number>();
      const answers = batch === undefined ? [] : columns(batch.targets);
      for (const [b, rows] of (batch === undefined ? [] : columns(batch.inputs)).entries()) {
        const [xs, ys] = [rows.flat(), answers[b]?.flat()];
        const start = values.indexOf(xs[0] ?? Number.NaN);
        places.add(start);
        expect(xs).toEqual(values.slice(start, start + 5));
        expect(ys).toEqual(values.slice(start + 2, start + 7));
      }
      expect([Math.min(...places), Math.max(...places)]).toEqual([from, to - 7]);
    }
  });

  it('has the costs of simple forecasts, by the normal equations', () => {
    const [seen, unseen] = [values.slice(0, 45), values.slice(45)];
    const [n, x, y] = [43, seen.slice(0, 43), seen.slice(2)];
    const dot = (a: number[], b: number[]): number => a.reduce((sum, one, i) => sum + one * (b[i] ?? 0), 0);
    const ones = x.map(() => 1);
    const determinant = n * dot(x, x) - dot(x, ones) ** 2;
    const b = (n * dot(x, y) - dot(x, ones) * dot(y, ones)) / determinant;
    const a = (dot(y, ones) - b * dot(x, ones)) / n;
    const cost = (f: (x: number) => number): number =>
      unseen.slice(2).reduce((sum, then, i) => sum + (then - f(unseen[i] ?? 0)) ** 2, 0) / 13;
    expect(task.baseline.value).toBeCloseTo(
      cost((now) => a + b * now),
      12,
    );
    expect(task.others[0]?.value).toBeCloseTo(
      cost((now) => now),
      12,
    );
    expect(task.others[1]?.value).toBeCloseTo(
      cost(() => dot(y, ones) / n),
      12,
    );
    // Slopes that are a little off cost more on what was fitted: it is a minimum.
    const fitted = forecastTask(tensor(values), { T: 5, horizon: 2, heldOut: 0 });
    expect(fitted.heldOut).toBeUndefined();
    expect(fitted.others.every(({ value }) => value > fitted.baseline.value)).toBe(true);
  });

  it('says what is wrong with a series', () => {
    const few = tensor([1, 2, 3, 4, 5, 6, 7]);
    expect(() => forecastTask(few, { T: 5 })).toThrow(
      'forecastTask: the first part of f64[7] has 5 numbers, and a window of T + horizon = 6 does not fit.',
    );
    expect(() => forecastTask(tensor(values), { T: 20 })).toThrow(
      'forecastTask: the held-out part of f64[60] has 12 numbers, and a window of T + horizon = 21 does not fit.',
    );
    expect(() => forecastTask(tensor([1, Number.NaN]))).toThrow(
      'forecastTask: number 1 of the series is NaN. Leave it out.',
    );
    expect(() => forecastTask(tensor([[1]]))).toThrow('forecastTask: the series is f64[1,1], not numbers [n].');
    expect(() => forecastTask(few, { heldOut: 1 })).toThrow(
      'forecastTask: heldOut is 1, not a fraction from 0 to below 1.',
    );
  });
});
