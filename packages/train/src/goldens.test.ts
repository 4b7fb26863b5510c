import { readFileSync } from 'node:fs';
import { vjp } from '@throughline/autograd';
import { type NestedArray, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { adam, clipByNorm, clipByValue, crossEntropy, meanSquaredError, type Optimizer, sgd } from './index.ts';

/** Every case of goldens/optimisers.json, by PyTorch in float64: |ours − theirs| ≤ 1e-10·(1 + |theirs|), entry by entry. */
const BOUND = 1e-10;

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Tree {
  readonly w: Numbers;
  readonly b: Numbers;
}
interface Goldens {
  readonly optimisers: readonly {
    optimiser: string;
    params: Record<string, number>;
    start: Tree;
    gradients: Tree[];
    after: Tree[];
  }[];
  readonly clipping: readonly {
    clip: string;
    params: { maxNorm: number; maxValue: number };
    norm: number;
    gradients: Tree;
    clipped: Tree;
    exact: Tree;
  }[];
  readonly losses: readonly {
    op: string;
    params: { targets: NestedArray };
    inputs: Numbers[];
    output: Numbers;
    cotangent: Numbers;
    vjp: Numbers[];
  }[];
}

const goldens = JSON.parse(readFileSync(new URL('./goldens/optimisers.json', import.meta.url), 'utf8')) as Goldens; // scripts/goldens wrote it
const load = ({ shape, data }: Numbers): Tensor => tensor([...data], { shape: [...shape] });
const tree = ({ w, b }: Tree) => ({ w: load(w), b: load(b) });

function expectClose(actual: Tensor, expected: Numbers): void {
  expect(actual.shape).toEqual(expected.shape);
  expected.data.forEach((b, i) => {
    expect(Math.abs((actual.data[i] ?? Number.NaN) - b) / (1 + Math.abs(b))).toBeLessThanOrEqual(BOUND);
  });
}

function optimizerOf(name: string, { learningRate = 0, ...rest }: Record<string, number>): Optimizer {
  return name === 'adam'
    ? (adam({ rate: learningRate, ...rest }) as Optimizer)
    : (sgd({ rate: learningRate, ...rest }) as Optimizer); // states stay with their optimiser
}

describe('optimisers follow PyTorch', () => {
  it.each(goldens.optimisers.map((c) => [`${c.optimiser} ${JSON.stringify(c.params)}`, c] as const))('%s', (_, c) => {
    const optimizer = optimizerOf(c.optimiser, c.params);
    let params = tree(c.start);
    let state = optimizer.init(params);
    c.gradients.forEach((grads, t) => {
      ({ state, params } = optimizer.update(state, tree(grads), params));
      const after = c.after[t] as Tree; // one per gradient
      expectClose(params.w, after.w);
      expectClose(params.b, after.b);
    });
    expect(state.step.item()).toBe(c.gradients.length);
  });
});

describe('clipping follows PyTorch', () => {
  it.each(goldens.clipping.map((c, i) => [`${c.clip} ${i}`, c] as const))('%s', (_, c) => {
    const grads = tree(c.gradients);
    if (c.clip === 'value') {
      const clipped = clipByValue(grads, c.params.maxValue);
      expectClose(clipped.w, c.clipped.w);
      expectClose(clipped.b, c.clipped.b);
      return;
    }
    const { grads: clipped, norm } = clipByNorm(grads, c.params.maxNorm);
    expectClose(norm, { shape: [], data: [c.norm] });
    expectClose(clipped.w, c.exact.w);
    expectClose(clipped.b, c.exact.b);
  });
});

describe('losses follow PyTorch', () => {
  it.each(goldens.losses.map((c, i) => [`${c.op} ${i}`, c] as const))('%s', (_, c) => {
    const inputs = c.inputs.map(load);
    const f = ([x, y]: Tensor[]): Tensor =>
      c.op === 'crossEntropy'
        ? crossEntropy(x as Tensor, tensor(c.params.targets, { dtype: 'int32' })) // one input
        : meanSquaredError(x as Tensor, y as Tensor); // two inputs
    const { value, pullback } = vjp(f, inputs);
    expectClose(value, c.output);
    pullback(load(c.cotangent)).forEach((ct, i) => {
      expectClose(ct, c.vjp[i] as Numbers); // one per input
    });
  });
});
