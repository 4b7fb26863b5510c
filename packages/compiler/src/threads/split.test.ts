import { add, matmul, mean, mul, scan, sigmoid, split, square, sub, tanh, valueAndGrad } from '@throughline/autograd';
import { record } from '@throughline/autograd/back-end';
import { type Tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { firstAddress } from '../emit/driver.ts';
import { lower } from '../lower/lower.ts';
import { optimise } from '../passes/index.ts';
import type { Kernel, Plan } from '../plan/ir.ts';
import { layOut } from '../plan/memory.ts';
import { everyKernel } from '../plan/visit.ts';
import { randomPick } from '../testing/random-plan.ts';
import { simulate } from '../testing/simulate.ts';
import { splitThreads } from './split.ts';
import { axesOf, isLeaf } from './touches.ts';

interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
}

/** The gradient of a loss over an LSTM made of primitives, as a plan that threads divide. */
function divided({ T, B, I, H }: Sizes, gradient = true): { plan: Plan; addresses: readonly number[] } {
  const loss = ([W, U]: readonly [Tensor, Tensor], xs: Tensor): Tensor => {
    const still = zeros([B, H], 'float32');
    const { carry } = scan(
      ({ h, c }: { h: Tensor; c: Tensor }, x: Tensor) => {
        const z = add(matmul(x, W), matmul(h, U));
        const [i, f, o, g] = split(z, [H, H, H, H], 1) as [Tensor, Tensor, Tensor, Tensor]; // four sizes
        const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
        return { carry: { h: mul(sigmoid(o), tanh(next)), c: next }, y: {} };
      },
      { h: still, c: still },
      xs,
    );
    return mean(square(sub(carry.h, 1)));
  };
  const shapes = [
    [I, 4 * H],
    [H, 4 * H],
    [T, B, I],
  ];
  const types = shapes.map((shape) => ({ dtype: 'float32', shape }) as const);
  const { program } = record(types, (inputs) => {
    const [W, U, xs] = inputs as unknown as [Tensor, Tensor, Tensor]; // as many as types
    if (!gradient) return [loss([W, U], xs)];
    return [...valueAndGrad(loss)([W, U], xs).grad] as Tensor[]; // floats have gradients
  });
  const plan = lower(optimise(program, { reassociate: true }).program);
  const { addresses } = layOut(plan, firstAddress);
  return { plan: splitThreads(plan, addresses), addresses };
}

const list = (kernels: readonly Kernel[]): Kernel[] => [...everyKernel(kernels)];
const loopsOf = ({ kernels }: Plan): Kernel[][] =>
  list(kernels).flatMap((kernel) => (kernel.kind === 'loop' ? [list(kernel.body)] : []));

describe('an LSTM', () => {
  test('forward: every kernel of a step divides the batch, and no thread waits in it', () => {
    const { plan } = divided({ T: 50, B: 32, I: 16, H: 64 }, false);
    const [step] = loopsOf(plan);
    const leaves = (step ?? []).filter(isLeaf);
    expect(leaves.length).toBeGreaterThan(1);
    expect(step?.filter(({ kind }) => kind === 'barrier')).toEqual([]);
    expect(leaves.map((kernel) => axesOf(kernel)[kernel.split?.axis ?? -1])).toEqual(leaves.map(() => 32));
  });

  test('a small one is left to one thread, without a barrier', () => {
    const { plan } = divided({ T: 2, B: 2, I: 2, H: 3 });
    const all = list(plan.kernels);
    expect(all.filter(({ kind, split }) => kind === 'barrier' || split !== undefined)).toEqual([]);
  });

  test.each([2, 3])('gradients: no race and the same memory on %d threads', (threads) => {
    const { plan, addresses } = divided({ T: 3, B: 16, I: 8, H: 32 });
    expect(list(plan.kernels).filter(({ split }) => split !== undefined).length).toBeGreaterThan(3);
    const alone = simulate(plan, addresses, { threads: 1, pick: randomPick(1) });
    const { race, memory } = simulate(plan, addresses, { threads, pick: randomPick(threads) });
    expect(race).toBeUndefined();
    expect(memory).toEqual(alone.memory);
  });

  test('one packed operand is divided in one way', () => {
    const { plan } = divided({ T: 50, B: 32, I: 16, H: 64 });
    const all = list(plan.kernels);
    const packs = all.flatMap((kernel) => (kernel.kind === 'pack' ? [kernel] : []));
    expect(packs.length).toBeGreaterThan(0);
    for (const { into, contract } of packs) {
      const readers = all.filter((kernel) => kernel.kind === 'contract' && kernel.packed?.buffer === into.buffer);
      expect(readers.map(({ split }) => split)).toEqual(readers.map(() => contract.split));
    }
  });

  test('the same plan is divided in the same way', () => {
    const sizes = { T: 20, B: 8, I: 8, H: 32 };
    expect(divided(sizes).plan.kernels).toEqual(divided(sizes).plan.kernels);
  });
});
