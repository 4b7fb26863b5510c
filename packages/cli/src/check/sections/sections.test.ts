import { add, key, mul, sigmoid, tanh, trace } from '@throughline/autograd';
import { singularValues } from '@throughline/autograd/linalg';
import { type AnyCell, affine, defineCell, gate, gru, lstm, rnn, rnnRelu } from '@throughline/rnn';
import { zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../differences.ts';
import type { CellFacts } from '../facts.ts';
import { entryName, letterOf } from '../names.ts';
import { plantings } from '../planted-error.ts';
import type { Sizes } from '../probe.ts';
import { asWritten, builtInSubjects, lstmWidth, type Subject } from '../subjects.ts';
import { checkBelt } from './belt.ts';
import { rankCandidates } from './candidates.ts';
import { drawFigure } from './figure.ts';
import { checkGradients } from './gradients.ts';
import { rateOf, reachOf } from './reach.ts';
import { list, verdictOf } from './verdict.ts';

const sizes: Sizes = { hidden: 3, steps: 5, batch: 2, key: key(7) };
const anyCell = (cell: unknown): AnyCell => cell as AnyCell; // names forgotten

const subject = (cell: AnyCell): Subject => {
  const only = [{ label: asWritten, cell }];
  return { cell, hidden: 3, belts: only, trained: only, goldens: false };
};

describe('differences', () => {
  test('are good to twelve digits, with the order of the stencil', () => {
    const { value, order } = differentiate((t) => Math.exp(3 * t), 1, { from: 3, to: 9 });
    expect(Math.abs(value - 3)).toBeLessThan(3e-12);
    expect(order).toBeCloseTo(4, 1);
  });

  test('of a kink do not pretend to an order', () => {
    expect(differentiate((t) => Math.abs(t - 1e-3), 1, { from: 3, to: 9 }).order).toBeLessThan(2);
  });

  test('of NaN are NaN', () => {
    expect(differentiate(() => Number.NaN, 1, { from: 3, to: 6 }).value).toBeNaN();
  });
});

describe('gradients', () => {
  test.each([
    ['rnn', rnn],
    ['lstm', lstm],
    ['gru', gru],
  ])('%s holds, and its control is caught', (_, cell) => {
    const checks = checkGradients(anyCell(cell), sizes);
    expect(checks.map(({ name, holds }) => [name, holds])).toEqual([
      ['against differences', true],
      ['against forward mode', true],
      ['complex step', true],
      ['control', true],
    ]);
    expect(checks[0]?.worst).toBeLessThan(1e-10);
    expect(checks[2]?.worst).toBeLessThan(1e-14);
    expect(checks[3]?.worst).toBeGreaterThan(1e-8);
  });

  test('an op without a meaning over complex numbers is no error, and is named', () => {
    const cell = defineCell({
      name: 'spectral',
      params: { h: gate() },
      state: ['h'],
      step: (p, { h }, x) => {
        const next = mul(tanh(affine(p.h, x, h)), singularValues(p.h.U).at(0));
        return { state: { h: next }, out: next };
      },
    });
    const step = checkGradients(anyCell(cell), { ...sizes, steps: 2 })[2];
    expect([step?.name, step?.holds, step?.note.split(';')[0]]).toEqual(['complex step', true, 'not possible here']);
    expect(step?.note).toContain('svd is a kernel only');
  });

  test('a net of kinks is not refuted for them, and its control is still caught', () => {
    const checks = checkGradients(anyCell(rnnRelu), { ...sizes, hidden: 8, steps: 20 });
    expect(checks.map(({ holds }) => holds)).toEqual([true, true, true, true]);
    expect(checks[0]?.note).toContain('kinks near');
  });

  test('a parameter that is not used has gradient 0, and that is right', () => {
    const cell = defineCell({
      name: 'idle',
      params: { h: gate(), idle: gate() },
      state: ['h'],
      step: (p, { h }, x) => {
        const next = tanh(affine(p.h, x, h));
        return { state: { h: next }, out: next };
      },
    });
    expect(checkGradients(anyCell(cell), sizes).every(({ holds }) => holds)).toBe(true);
  });

  test('planted errors leave the registry alone', () => {
    const program = trace((x) => tanh(mul(x, x)), zeros([2]));
    const [first, second] = [...plantings(program)];
    expect([first?.name, second?.name]).toEqual(['tanh′ × (1 + 1e-6)', 'mul′ × (1 + 1e-6)']);
    const original = program.equations.find(({ primitive }) => primitive.name === 'tanh')?.primitive;
    expect(first?.program.equations.some(({ primitive }) => primitive === original)).toBe(false);
    expect(second?.program.equations.some(({ primitive }) => primitive === original)).toBe(true);
  });
});

describe('belts', () => {
  test('of lstm and gru are exact when held, by reverse mode and by differences', () => {
    for (const one of builtInSubjects(3, 5)) {
      const belt = checkBelt(one, sizes);
      if (one.cell.name === 'rnn') {
        expect(belt).toBeNull();
        continue;
      }
      expect(belt?.held.map(({ holds }) => holds)).toEqual([true, true]);
      expect(belt?.held[0]?.worst).toBeLessThanOrEqual(1e-14);
      expect(belt?.held[1]?.worst).toBeLessThanOrEqual(1e-12);
      for (const { scatter, leakByStep, byDistance } of belt?.variants ?? []) {
        expect([scatter.length, leakByStep.length, byDistance.length]).toEqual([15, 5, 5]);
      }
    }
  });

  test('one step of distance is the step’s own derivative', () => {
    const chrono = checkBelt(builtInSubjects(3, 5)[1] as Subject, sizes)?.variants[0]; // rnn, lstm, gru
    const last = chrono?.scatter.filter(({ t }) => t === 5).map(({ keep }) => keep) ?? [];
    expect(chrono?.byDistance[0]?.belt).toBe(Math.max(...last));
  });

  /** c' = ½ f ⊙ c + g, with h read off c before or after: what is not held moves with it. */
  const halved = (holding: readonly ('h' | 'f')[]): AnyCell =>
    anyCell(
      defineCell({
        name: 'halved',
        params: { f: gate(), g: gate() },
        state: ['h', 'c'],
        step(p, { h, c }, x) {
          const f = sigmoid(affine(p.f, x, h));
          const next = add(mul(mul(f, 0.5), c), tanh(affine(p.g, x, h)));
          return { state: { h: tanh(next), c: next }, out: next, taps: { f } };
        },
        belt: { state: 'c', keep: 'f', holding },
      }),
    );

  test('that are false are refuted by both, by the same amount and at the same place', () => {
    for (const holding of [['h'], ['h', 'f'], ['f'], []] as const) {
      const held = checkBelt(subject(halved(holding)), sizes)?.held ?? [];
      expect(held.map(({ holds }) => holds)).toEqual([false, false]);
      expect(held[1]?.at).toBe(held[0]?.at);
      expect(Math.abs((held[1]?.worst ?? 0) / (held[0]?.worst ?? 1) - 1)).toBeLessThan(1e-8);
    }
  });

  test('that are not declared are found by their deviation', () => {
    const { belt: _, ...rest } = lstm;
    const ranked = rankCandidates(subject(anyCell(defineCell({ ...rest, name: 'bare' }))), sizes);
    expect(ranked[0]).toEqual({ state: 'c', tap: 'f', deviation: 0 });
    expect(ranked.length).toBe(8);
  });
});

describe('reach', () => {
  test('starts at 1, and a tanh net tells what bounds it', () => {
    const facts = reachOf(subject(anyCell(rnn)), { label: asWritten, cell: anyCell(rnn) }, sizes);
    expect(facts.reach.length).toBe(6);
    expect(facts.reach[0]).toBe(1);
    expect(facts.meanTanhSlope).toBeLessThan(1);
    expect(facts.spectralRadius).toBeLessThanOrEqual(facts.largestSingularValue ?? 0);
    expect(reachOf(subject(anyCell(lstm)), { label: asWritten, cell: anyCell(lstm) }, sizes).spectralRadius).toBeNull();
  });

  test('the rate is the mean slope of the logarithm', () => {
    expect(rateOf([1, 0.5, 0.25, 0.125, 7])).toBeCloseTo(0.5, 12);
    expect(rateOf([1, 0.5, 0, 0])).toBeCloseTo(0.5, 12);
    expect(rateOf([1, 0])).toBe(0);
  });
});

test('the figure: the belt passes on what its gate keeps', () => {
  const figure = drawFigure(subject(anyCell(lstm)), sizes);
  expect(figure?.nodes.filter(({ kind }) => kind === 'state').map(({ id }) => id)).toContain('c[5]');
  const share = (from: string, to: string) => figure?.edges.find((edge) => edge.from === from && edge.to === to)?.share;
  expect(share('c[4]', 'c[5]')).toBeGreaterThan(0);
  expect(share('c[4]', 'c[5]')).toBeLessThan(1);
  expect(share('h[4]', 'c[5]')).toBeUndefined();
  expect(share('h[4]', 'f[5]')).toBeGreaterThan(0);
});

describe('verdict', () => {
  const cell = (holds: boolean): CellFacts => ({
    name: 'a',
    equations: [],
    parameters: { tensors: 1, numbers: 1 },
    gradients: [{ name: 'against differences', oracle: '', worst: 0, at: '', tolerance: 1, holds, note: '' }],
    belt: null,
    beltCandidates: [],
    figure: null,
  });
  const settings = { dtype: 'float64', hidden: 1, inputs: 2, steps: 5, batch: 1, seed: 1 } as const;
  const findings = (holds: boolean) => ({
    format: 1 as const,
    settings,
    cells: [cell(holds)],
    reach: [],
    learning: null,
    remedy: null,
  });

  test('one refuted claim is exit 1', () => {
    expect(verdictOf(findings(true)).exitCode).toBe(0);
    expect(verdictOf(findings(false))).toMatchObject({
      exitCode: 1,
      sentences: ['gradients of a not right', 'no belt declared'],
    });
  });

  test('names in a sentence', () => {
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});

test('letters of parameters', () => {
  expect([letterOf('f.U'), letterOf('a'), letterOf('cell.f.b2')]).toEqual(['U_f', 'a', 'b2_cell.f']);
  expect([entryName('f.U', [16, 16], 55), entryName('b', [4], 3), entryName('s', [], 0)]).toEqual([
    'U_f[3,7]',
    'b[3]',
    's',
  ]);
});

test('an LSTM of about as many parameters', () => {
  expect([lstmWidth(1, 2), lstmWidth(1216, 2), lstmWidth(10000, 2)]).toEqual([1, 16, 49]);
});
