import { readFileSync } from 'node:fs';
import { type DType, isDifferentiable, type NestedArray, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import * as ops from './index.ts';

/**
 * Every case of goldens/ops.json, computed by PyTorch in float64: value, pullback, tangent, and for the second order the
 * gradient of Σ ⟨directions, pullback⟩. |ours − theirs| ≤ 1e-10·(1 + |theirs|), entry by entry.
 */
const BOUND = 1e-10;

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype?: DType;
}
type Optional = readonly (Numbers | null)[];

/** Each op reads its own. */
interface Params {
  readonly axes: number[];
  readonly axis: number;
  readonly keepDims: boolean;
  readonly shape: number[];
  readonly permutation: number[];
  readonly starts: number[];
  readonly stops: number[];
  readonly steps: number[];
  readonly low: number[];
  readonly high: number[];
  readonly sizes: number[];
  readonly spec: string;
  readonly indices: NestedArray;
  readonly targets: NestedArray;
  readonly depth: number;
}
interface Case {
  readonly op: string;
  readonly params: Params;
  readonly inputs: readonly Numbers[];
}
interface Derivatives extends Case {
  readonly vjp: Optional;
  readonly tangents: Optional;
  readonly second: { readonly directions: Optional; readonly gradients: Optional };
}
interface Goldens {
  readonly cases: readonly (Derivatives & { output: Numbers; cotangent: Numbers; jvp: Numbers })[];
  readonly severalOutputs: readonly (Derivatives & {
    outputs: readonly Numbers[];
    cotangents: readonly Numbers[];
    jvp: readonly Numbers[];
  })[];
  readonly values: readonly (Case & { output: Numbers })[];
}

const goldens = JSON.parse(readFileSync(new URL('./goldens/ops.json', import.meta.url), 'utf8')) as Goldens; // scripts/goldens wrote it
const load = ({ shape, data, dtype = 'float64' }: Numbers): Tensor => tensor([...data], { shape: [...shape], dtype });
const loadAll = (list: Optional): (Tensor | null)[] => list.map((x) => x && load(x));
const int = (indices: NestedArray): Tensor => tensor(indices, { dtype: 'int32' });

/** An op on all its operands, with the params of a case. */
type Run = (xs: readonly [Tensor, Tensor, Tensor], p: Params) => Tensor | readonly Tensor[];

const { concat, contract, div, einsum, logSoftmax, mul, neg, oneHot, square, stack, sub, sum, mean, where } = ops;

/** Ops that take more than tensors, or that are made of several here. The others are called by their names. */
const special: Readonly<Record<string, Run>> = {
  where: ([cond, x, y]) => where(cond, x, y),
  sum: ([x], p) => sum(x, p.axes, p),
  mean: ([x], p) => mean(x, p.axes, p),
  max: ([x], p) => ops.max(x, p.axis, p),
  min: ([x], p) => ops.min(x, p.axis, p),
  logSumExp: ([x], p) => ops.logSumExp(x, p.axis, p),
  softmax: ([x], p) => ops.softmax(x, p.axis),
  logSoftmax: ([x], p) => logSoftmax(x, p.axis),
  reshape: ([x], p) => ops.reshape(x, p.shape),
  broadcastTo: ([x], p) => ops.broadcastTo(x, p.shape),
  transpose: ([x], p) => ops.transpose(x, p.permutation),
  flip: ([x], p) => ops.flip(x, p.axes),
  slice: ([x], p) => ops.slice(x, p.starts, p.stops, p.steps),
  pad: ([x], p) => ops.pad(x, p.low, p.high),
  concat: (xs, p) => concat(xs, p.axis),
  stack: (xs, p) => stack(xs, p.axis),
  split: ([x], p) => ops.split(x, p.sizes, p.axis),
  contract: ([a, b], p) => contract(p.spec, a, b),
  einsum: ([a, b], p) => einsum(p.spec, a, b),
  gather: ([x], p) => ops.gather(x, int(p.indices), p.axis),
  scatterAdd: ([x, updates], p) => ops.scatterAdd(x, int(p.indices), updates, p.axis),
  oneHot: (_, p) => oneHot(int(p.indices), p.depth),
  crossEntropy([x], p) {
    const targets = oneHot(int(p.targets), x.shape[x.rank - 1] ?? 0);
    return neg(div(sum(mul(logSoftmax(x), targets)), int(p.targets).size));
  },
  meanSquaredError: ([x, y]) => mean(square(sub(x, y))),
};

function runOf(op: string): Run {
  const known = special[op];
  if (known !== undefined) return known;
  const f = (ops as unknown as Record<string, ((...xs: Tensor[]) => Tensor) | undefined>)[op]; // by name, checked below
  if (typeof f !== 'function') throw new Error(`goldens have cases of ${op}, which is not exported`);
  return (xs) => f(...xs);
}

function compare(what: string, ours: Tensor | null | undefined, theirs: Numbers): void {
  if (!ours) throw new Error(`${what}: is null`);
  expect(ours.shape, `${what}: shape`).toEqual(theirs.shape);
  const data = ours.toTypedArray();
  theirs.data.forEach((b, i) => {
    const a = data[i] ?? Number.NaN;
    if (!(Math.abs(a - b) <= BOUND * (1 + Math.abs(b)))) throw new Error(`${what}[${i}]: ${a}, PyTorch has ${b}`);
  });
}

const compareAll = (what: string, ours: readonly (Tensor | null)[], theirs: Optional): void =>
  theirs.forEach((b, i) => {
    if (b !== null) compare(`${what} ${i}`, ours[i], b);
  });

type Inputs = readonly (Tensor | null)[];

/** Value, pullback, tangent and second order of `f` at a case, f giving a list of results. */
function checkDerivatives(
  f: (xs: Tensor[]) => Tensor[],
  c: Derivatives,
  ys: Optional,
  cts: Tensor[],
  jvp: Optional,
): void {
  const xs = c.inputs.map(load);
  const { value, pullback } = ops.vjp(f, xs);
  compareAll('value', value, ys);
  compareAll('value outside a transform', f(xs), ys);
  compareAll('vjp', pullback(cts) as Inputs, c.vjp);
  const tangents = loadAll(c.tangents);
  compareAll('jvp', ops.jvp(f, xs, tangents).tangent, jvp);
  const directions = loadAll(c.second.directions);
  const projected = (at: Tensor[]): Tensor => {
    const back = ops.vjp(f, at).pullback(cts) as Inputs;
    const terms = back.flatMap((ct, i) => (ct && directions[i] ? [sum(mul(ct, directions[i]))] : []));
    return terms.reduce((a, b) => ops.add(a, b));
  };
  compareAll('second order', ops.grad(projected)(xs) as Inputs, c.second.gradients);
}

/** Names, so that a failure tells which case it is; and a count that shows that each op had one. */
const titled = <C extends Case>(list: readonly C[]): [string, C][] =>
  list.map((c, i) => [`${c.op} #${i} ${c.inputs.map(({ shape }) => `[${shape}]`).join(' ')}`, c]);

const executed = new Map<string, number>();
const count = (op: string): Map<string, number> => executed.set(op, (executed.get(op) ?? 0) + 1);

describe('against PyTorch', () => {
  it.each(titled(goldens.cases))('%s', (_, c) => {
    const run = runOf(c.op);
    const f = (xs: Tensor[]): Tensor[] => [run(xs as unknown as [Tensor, Tensor, Tensor], c.params) as Tensor]; // one output
    checkDerivatives(f, c, [c.output], [load(c.cotangent)], [c.jvp]);
    count(c.op);
  });

  it.each(titled(goldens.severalOutputs))('%s', (_, c) => {
    const run = runOf(c.op);
    const f = (xs: Tensor[]): Tensor[] => [...(run(xs as unknown as [Tensor, Tensor, Tensor], c.params) as Tensor[])]; // several
    checkDerivatives(f, c, c.outputs, c.cotangents.map(load), c.jvp);
    count(c.op);
  });

  it.each(titled(goldens.values))('value of %s', (_, c) => {
    const y = runOf(c.op)(c.inputs.map(load) as unknown as [Tensor, Tensor, Tensor], c.params) as Tensor; // one output
    compare('value', y, c.output);
    count(c.op);
  });

  it('ran a case of each op in the file', () => {
    const named = [...goldens.cases, ...goldens.severalOutputs, ...goldens.values].map(({ op }) => op);
    for (const op of new Set(named)) expect(executed.get(op) ?? 0, op).toBeGreaterThan(0);
    expect(named.length).toBe([...executed.values()].reduce((a, b) => a + b, 0));
    expect(executed.size).toBe(48);
  });

  it('refuses a number that is off by more than the bound', () => {
    expect(() => compare('value', tensor([1]), { shape: [1], data: [1 + 3e-10] })).toThrow('value[0]: 1, PyTorch has');
    expect(() => compare('value', tensor([Number.NaN]), { shape: [1], data: [1] })).toThrow('value[0]: NaN');
    expect(isDifferentiable(load({ shape: [1], data: [0], dtype: 'bool' }))).toBe(false);
  });
});
