import { add, foldIn, key, matmul, normal, scan, tanh } from '@throughline/autograd';
import { type Tensor, zeros } from '@throughline/tensor';
import { afterAll, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import '../report/index.ts';
import { startThreads, stopThreads } from './index.ts';

afterAll(stopThreads);

const [B, T, H] = [64, 9, 64];
const weights = normal(key(1), [H, H]);
const input = normal(foldIn(key(1), 1), [T, B, H]);

const step = (h: Tensor, xs: Tensor) => {
  const { carry } = scan((c: Tensor, x: Tensor) => ({ carry: tanh(add(matmul(c, weights), x)), y: {} }), h, xs);
  return { state: carry, aux: carry };
};

test('a function that was compiled before there were threads is divided when there are, and keeps its state', async () => {
  const make = (threads?: 1) => compile(step, { state: zeros([B, H]), ...(threads && { threads }) });
  const [shared, alone] = [make(), make(1)];
  const both = () => [shared(input), alone(input)].map((x) => x.toArray());
  const divided = (f: typeof shared) => f.report().forms[0]?.products.some(({ split }) => split !== null);
  const before = both();
  expect(before[0]).toEqual(before[1]);
  expect([divided(shared), divided(alone)]).toEqual([false, false]);
  await startThreads(2);
  const after = both();
  expect(after[0]).toEqual(after[1]);
  expect(after[0]).not.toEqual(before[0]); // it went on from its state
  expect([divided(shared), divided(alone)]).toEqual([true, false]);
  expect(shared.read().toArray()).toEqual(alone.read().toArray());
});
