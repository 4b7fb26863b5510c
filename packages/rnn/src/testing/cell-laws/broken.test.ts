/** @file Every law is broken by a cell made to break it, and says so. */
import { add, at, bind, definePrimitive, exp, mapTree, mean, mul, sqrt, sub, tanh } from '@throughline/autograd';
import { linearRecurrence } from '@throughline/autograd/control';
import { Concrete, type Tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { type AnyCell, affine, defineCell, type GateParams, gate, lstm, param, rnn } from '../../index.ts';
import { type CheckCellOptions, type CompileFunction, cellLaws, checkCell, type LawFinding } from '../index.ts';

/** tanh with a derivative that is off by a millionth, forward and back. */
const crooked = definePrimitive<Record<string, never>, 1>({
  name: 'checkCell.crooked',
  semantics: { kind: 'map', expression: { op: 'tanh', args: [{ input: 0 }] } },
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  eval: ([x]) => [new Concrete(tanh(x).concrete('test').storage, x.dtype, x.shape)],
  pullbacks: [([ct], { outputs: [y] }) => ct && mul(mul(ct, sub(1, mul(y, y))), 1 + 1e-6)],
});

/** An Elman net with something done to its new state. */
const elmanWith = (name: string, f: (a: Tensor) => Tensor): AnyCell =>
  defineCell({
    name,
    params: { h: gate() },
    state: ['h'],
    step(p, { h }, x) {
      const hNext = f(affine(p.h, x, h));
      return { state: { h: hNext }, out: hNext };
    },
  });

/** Adds something else at every call: a number that no argument holds. */
let calls = 0;
const moody = elmanWith('moody', (a) => tanh(add(a, (calls++ % 7) / 7)));
/** Looks at the other rows of the batch. */
const meddling = elmanWith('meddling', (a) => tanh(sub(a, mean(a, 0))));
const overflowing = elmanWith('overflowing', (a) => mul(a, a));
/** Its value is 1 throughout; its gradient is 0 · ∞. */
const cliff = elmanWith('cliff', (a) => sqrt(add(1, mul(0, exp(mul(a, a))))));
const leak = defineCell({
  name: 'leak',
  params: { a: param('H') },
  state: ['s'],
  step(p, { s }, x) {
    const next = add(mul(p.a, s), x);
    return { state: { s: next }, out: next };
  },
  parallel(p, { s }, xs) {
    const states = linearRecurrence(p.a, xs, { from: s });
    return { out: mul(states, 1 + 1e-11), last: { s: at(states, -1) } };
  },
});
const elmanSpec = {
  name: 'single',
  params: { h: gate() },
  state: ['h'],
  step: (p: { h: GateParams }, { h }: { h: Tensor }, x: Tensor) => {
    const hNext = tanh(affine(p.h, x, h));
    return { state: { h: hNext }, out: hNext };
  },
} as const;
const imprecise: CompileFunction =
  (f) =>
  (...args) =>
    mapTree(f(...args), (x) => mul(x, 1 + 1e-15)) as ReturnType<typeof f>; // of the same structure

interface Control {
  readonly law: keyof typeof cellLaws;
  readonly cell: AnyCell;
  readonly says: RegExp;
  readonly options?: CheckCellOptions;
}

const controls: readonly Control[] = [
  {
    law: 'gradcheck',
    cell: elmanWith('crooked', (a) => bind(crooked, [a], {})[0]),
    says: /^order 1: wrong rule\. The derivative with respect to args\[0\]\S+ is \S+; the complex step gives \S+\. /,
  },
  {
    law: 'beltIsExact',
    cell: defineCell({ ...lstm, belt: { state: 'c', keep: 'i', holding: ['h'] } }),
    says: /^\|∂c′\/∂c − diag i\| over 5 steps: \S+\.$/,
  },
  { law: 'scanIsLoop', cell: moody, says: /^values: off by \S+ at out, element \d+: \S+, not \S+\. / },
  { law: 'chunkedIsWhole', cell: moody, says: /^values: off by / },
  { law: 'streamedIsWhole', cell: moody, says: /^values: off by / },
  { law: 'maskedIsTrimmed', cell: meddling, says: /^values, lengths 3, 5: off by / },
  { law: 'vmapIsBatch', cell: meddling, says: /^values: off by / },
  {
    law: 'finiteOnLargeInputs',
    cell: overflowing,
    says: /^xs of signs that change: values are not finite\.$/,
    options: { steps: 12 },
  },
  { law: 'finiteOnLargeInputs', cell: cliff, says: /not finite\.$/ },
  {
    law: 'parallelIsSequential',
    cell: leak,
    says: /^values: off by \S+e-1[12] at out, /,
    options: { dims: { I: 3 } },
  },
  { law: 'compiledIsInterpreted', cell: rnn, says: /^values and gradients: off by /, options: { compile: imprecise } },
];

test.each(controls.map((one) => [one.law, one.cell.name, one] as const))('%s, by %s', (law, _, one) => {
  const [finding] = checkCell(one.cell, { ...one.options, laws: [law] }).findings as [LawFinding]; // one law
  expect(finding.message).toMatch(one.says);
  expect(finding.verdict).toBe('broken');
  expect(finding.measured).toBeGreaterThan(finding.allowed);
});

test('every law has a cell that breaks it', () => {
  expect([...new Set(controls.map(({ law }) => law))].sort()).toEqual(Object.keys(cellLaws).sort());
});

test('a law that throws is broken, and says what was thrown', () => {
  const { holds, findings } = checkCell(defineCell({ ...elmanSpec, parallel: () => undefined as never }), {
    laws: ['parallelIsSequential', 'beltIsExact'],
  });
  expect(holds).toBe(false);
  expect(findings.map(({ verdict }) => verdict)).toEqual(['broken', 'does not apply']);
  expect(findings[0]?.message).toMatch(/^it throws: /);
});

test('what is not a cell, and what is no law', () => {
  expect(() => checkCell(42 as never)).toThrow(
    'checkCell: the first argument is number, not a cell. Make one with defineCell.',
  );
  expect(() => checkCell(rnn, { laws: ['gravity'] })).toThrow(
    `checkCell: there is no law gravity; there are ${Object.keys(cellLaws).join(', ')}.`,
  );
  expect(() => checkCell(rnn, { steps: 0 })).toThrow('checkCell: steps is 0, not a count of at least 1.');
});

test('a report reads as a list', () => {
  const report = checkCell(rnn, { laws: ['beltIsExact', 'streamedIsWhole'] });
  expect(String(report)).toBe('– beltIsExact: rnn declares no belt.\n✓ streamedIsWhole: values: bit for bit.');
});
