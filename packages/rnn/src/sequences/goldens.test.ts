import { readFileSync } from 'node:fs';
import { add, flatten, grad, mul, slice, sum } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { projectedLstm } from '../cells/index.ts';
import {
  type AnyCell,
  type Cell,
  gru,
  lstm,
  type ParamSpecs,
  rnn,
  rnnRelu,
  type StateSpec,
  type Taps,
} from '../index.ts';
import { stacked } from './index.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
type Named = Readonly<Record<string, Numbers>>;
interface Case {
  readonly cell: string;
  readonly layers: number;
  readonly bothWays: boolean;
  readonly projected: boolean;
  readonly lengths: readonly number[] | null;
  readonly parameters: Named;
  readonly xs: Numbers;
  readonly initial: Named;
  readonly out: Numbers;
  readonly last: Named;
  readonly cotangents: Named;
  readonly gradients: Named;
}
const { cases } = JSON.parse(readFileSync(new URL('../goldens/sequences.json', import.meta.url), 'utf8')) as {
  cases: Case[];
}; // scripts/goldens/README.md describes it

/** Our cell for each of PyTorch's, and the order in which PyTorch stacks the gates. */
const cells: Record<string, { cell: AnyCell; gates: readonly string[] }> = {
  'rnn-tanh': { cell: rnn, gates: ['h'] },
  'rnn-relu': { cell: rnnRelu, gates: ['h'] },
  lstm: { cell: lstm, gates: ['i', 'f', 'g', 'o'] },
  gru: { cell: gru, gates: ['r', 'z', 'n'] },
};
type Tree = { readonly [name: string]: Tensor | Tree };

const read = ({ data, shape }: Numbers): Tensor => tensor([...data], { shape });
/** Rows a … b of a matrix [rows, n], as [n, b − a]. */
const rows = (x: Tensor, a: number, b: number): Tensor => slice(x, [a, 0], [b, x.shape[1] as number]).transpose();

/** One layer's arrays, one way, as our parameters; `sumOf` says what becomes of two biases that are one here. */
function convert(
  { cell, projected }: Case,
  arrays: Named,
  suffix: string,
  sumOf: (a: Tensor, b: Tensor) => Tensor,
): Tree {
  const { gates } = cells[cell] as { gates: readonly string[] };
  const at = (name: string): Tensor => read(arrays[`${name}_${suffix}`] as Numbers);
  const H = (at('bias_ih').size as number) / gates.length;
  const own = Object.fromEntries(
    gates.map((gate, g) => {
      const [from, to] = [g * H, (g + 1) * H];
      const [b, b2] = [slice(at('bias_ih'), [from], [to]), slice(at('bias_hh'), [from], [to])];
      const weights = { W: rows(at('weight_ih'), from, to), U: rows(at('weight_hh'), from, to) };
      const separate = cell === 'gru' && gate === 'n';
      return [gate, separate ? { ...weights, b, b2 } : { ...weights, b: sumOf(b, b2) }];
    }),
  );
  return projected ? { ...own, R: at('weight_hr').transpose() } : own;
}

/** By layer and way, as a stack has it. */
function byLevel({ layers, bothWays }: Case, f: (suffix: string, index: number) => unknown): unknown {
  const ways = bothWays ? 2 : 1;
  return Object.fromEntries(
    [...Array(layers).keys()].map((k) => [
      `layer${k}`,
      bothWays ? { forward: f(`l${k}`, k * ways), backward: f(`l${k}_reverse`, k * ways + 1) } : f(`l${k}`, k),
    ]),
  );
}
const statesOf = (one: Case, all: Named): unknown =>
  byLevel(one, (_, index) =>
    Object.fromEntries(Object.entries(all).map(([name, numbers]) => [name, read(numbers).at(index)])),
  );

/** The largest |a − b| / (1 + |b|) over two trees. */
function off(actual: unknown, expected: unknown): number {
  const [a, b] = [flatten('test', actual), flatten('test', expected)];
  const from = new Map(a.paths.map((path, i) => [path, a.leaves[i] as Tensor]));
  expect([...a.paths].sort()).toEqual([...b.paths].sort());
  return Math.max(
    ...b.leaves.flatMap((leaf, i) => {
      const other = from.get(b.paths[i] as string) as Tensor;
      expect(other.shape, b.paths[i]).toEqual(leaf.shape);
      const numbers = other.toTypedArray();
      return [...leaf.toTypedArray()].map(
        (value, k) => Math.abs((numbers[k] as number) - value) / (1 + Math.abs(value)),
      );
    }),
  );
}

const named = (one: Case): string =>
  `${one.cell}, ${one.layers} layers${one.bothWays ? ', both ways' : ''}${one.projected ? ', projected' : ''}${one.lengths ? `, lengths ${one.lengths}` : ''}${'h' in one.initial ? ', from given states' : ''}`;

test.each(cases.map((one) => [named(one), one] as const))('%s', (_, one) => {
  const cell = (one.projected ? projectedLstm : cells[one.cell]?.cell) as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const [I, H, P] = [2, 3, 2];
  const model = stacked(cell, one.projected ? { I, H, P } : { I, H }, {
    layers: one.layers as number,
    bidirectional: one.bothWays,
  });
  expect(model.gives).toBe((one.projected ? P : H) * (one.bothWays ? 2 : 1));
  type Params = Parameters<typeof model.apply>[0];
  const params = byLevel(one, (suffix) => convert(one, one.parameters, suffix, add)) as Params;
  const xs = read(one.xs);
  const from = 'h' in one.initial ? statesOf(one, one.initial) : undefined;
  const options = one.lengths === null ? {} : { lengths: one.lengths };
  const run = (at: { params: Params; xs: Tensor; from?: unknown }) =>
    model.apply(at.params, at.xs, { ...options, ...(at.from !== undefined && { from: at.from as never }) });
  const { out, last } = run({ params, xs, from });
  expect(off(out, read(one.out))).toBeLessThanOrEqual(1e-10);
  expect(off(last, statesOf(one, one.last))).toBeLessThanOrEqual(1e-10);

  const { out: outCotangent, ...others } = one.cotangents as Named & { out: Numbers };
  const cotangents = flatten('test', statesOf(one, others));
  const at = { params, xs, ...(from !== undefined && { from }) };
  const gradients = grad((point: typeof at) => {
    const results = run(point);
    const ends = flatten('test', results.last);
    const parts = ends.leaves.map((leaf, i) => {
      const place = cotangents.paths.indexOf(ends.paths[i] as string);
      return sum(mul(leaf, cotangents.leaves[place] as Tensor));
    });
    return parts.reduce(add, sum(mul(results.out, read(outCotangent))));
  })(at) as Record<string, unknown>;
  // Both biases are added to the same thing, so each has the gradient of their sum.
  expect(
    off(
      gradients.params,
      byLevel(one, (suffix) => convert(one, one.gradients, suffix, (b) => b)),
    ),
  ).toBeLessThanOrEqual(1e-10);
  expect(off(gradients.xs, read(one.gradients.xs as Numbers))).toBeLessThanOrEqual(1e-10);
  if (from === undefined) return;
  const starts = Object.fromEntries(
    Object.keys(one.initial).map((name) => [name, one.gradients[`initial.${name}`] as Numbers]),
  );
  expect(off(gradients.from, statesOf(one, starts))).toBeLessThanOrEqual(1e-10);
});

test('the comparison can fail: a stack that reads padding is not PyTorch’s', () => {
  const one = cases.find(({ lengths, bothWays }) => lengths !== null && bothWays) as Case;
  const model = stacked(
    cells[one.cell]?.cell as Cell<ParamSpecs, StateSpec, Taps>,
    { I: 2, H: 3 },
    { layers: one.layers as number, bidirectional: true },
  );
  const params = byLevel(one, (suffix) => convert(one, one.parameters, suffix, add)) as never;
  expect(
    off(model.apply(params, read(one.xs), { from: statesOf(one, one.initial) as never }).out, read(one.out)),
  ).toBeGreaterThan(1e-3);
});
