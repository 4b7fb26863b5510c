import { createHash } from 'node:crypto';
import { add, div, key, matmul, normal, sqrt, sum } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { adam, finish, meanSquaredError, sgd, type TrainEvent, train } from './index.ts';

/** A line through noise: three weights and an intercept. */
const problem = {
  params: { w: zeros([3, 1]), b: zeros([1]) },
  loss: (p: { w: Tensor; b: Tensor }, { x, y }: { x: Tensor; y: Tensor }) =>
    meanSquaredError(add(matmul(x, p.w), p.b), y),
  batches(_step: number, k: Tensor) {
    const x = normal(k, [8, 3]);
    return { x, y: add(matmul(x, tensor([[1], [-2], [0.5]])), 3) };
  },
  optimizer: adam({ rate: 0.1 }),
  key: key(7),
};

/** A hash of the numbers' bits, all NaNs being one. */
function hashOf(params: { w: Tensor; b: Tensor }): string {
  const hash = createHash('sha256');
  for (const leaf of [params.w, params.b])
    hash.update(
      new Uint8Array(Float64Array.from(leaf.toTypedArray(), (x) => (Number.isNaN(x) ? Number.NaN : x)).buffer),
    );
  return hash.digest('hex');
}

describe('train', () => {
  it('learns, reports every step, and ends with the result', async () => {
    const events: TrainEvent<typeof problem.params, never>[] = [];
    const result = await finish(
      train({ ...problem, steps: 300, clip: 10, evaluate: (p) => p.b.item(), evaluateEvery: 100 }),
      (event) => events.push(event as never),
    ); // the state's type does not matter here
    expect(result.end).toBe('done');
    expect(result.step).toBe(300);
    expect(result.params.b.item()).toBeCloseTo(3, 2);
    expect(result.history.loss.length).toBe(300);
    expect(result.history.evaluations.map(({ step }) => step)).toEqual([100, 200, 300]);
    expect(events.slice(0, 2).map((event) => event.type)).toEqual(['step', 'step']);
    expect(events[0]).toEqual({
      type: 'step',
      step: 1,
      steps: 300,
      loss: result.history.loss[0],
      gradientNorm: result.history.gradientNorm[0],
    });
    expect(events.at(-1)?.type).toBe('done');
    expect(events.length).toBe(304);
  });

  it('gives the same bits for the same seed, in one run or two', async () => {
    const run = (steps: number, more = {}) => finish(train({ ...problem, steps, ...more }));
    const once = await run(20);
    expect(hashOf((await run(20)).params)).toBe(hashOf(once.params));
    expect(hashOf((await run(20, { key: key(8) })).params)).not.toBe(hashOf(once.params));
    const half = await run(12);
    const rest = await run(8, { from: half });
    expect(rest.step).toBe(20);
    expect(hashOf(rest.params)).toBe(hashOf(once.params));
  });

  it('stops at a loss that is not finite, before applying it', async () => {
    const events: TrainEvent<Tensor, never>[] = [];
    const loss = (p: Tensor) => sum(div(1, p));
    const result = await finish(
      train({ params: tensor([2, 0]), loss, batches: () => null, optimizer: sgd({ rate: 1 }), steps: 5, key: key(1) }),
      (event) => events.push(event as never),
    ); // as above
    expect(result.end).toBe('diverged');
    expect(result.step).toBe(0);
    expect(result.params.toArray()).toEqual([2, 0]);
    expect(events.at(-1)).toMatchObject({
      type: 'diverged',
      step: 1,
      loss: Number.POSITIVE_INFINITY,
      leaf: null,
      message:
        'step 1: the loss is Infinity. debugNonFinite(grad(loss))(params, batch) names the op that made it first, and why.',
    });
  });

  it('names the leaf whose gradient is not finite', async () => {
    const params: { a: Tensor; b: [Tensor] } = { a: tensor(1), b: [tensor(0)] };
    const loss = (p: typeof params) => add(p.a, sqrt(p.b[0]));
    const result = await finish(
      train({ params, loss, batches: () => null, optimizer: sgd({ rate: 1 }), steps: 5, key: key(1) }),
      (event) => {
        if (event.type === 'diverged')
          expect(event.message).toBe(
            "step 1: the loss is 1, but the gradient's norm is Infinity; first at b[0]. debugNonFinite(grad(loss))(params, batch) names the op that made it first, and why.",
          );
      },
    );
    expect(result.end).toBe('diverged');
  });

  it('stops at a signal with what was learned', async () => {
    const controller = new AbortController();
    const result = await finish(train({ ...problem, steps: 1000, signal: controller.signal }), (event) => {
      if (event.type === 'step' && event.step === 5) controller.abort();
    });
    expect([result.end, result.step, result.history.loss.length]).toEqual(['aborted', 5, 5]);
  });

  it('gives timers a turn while it works', async () => {
    const started = performance.now();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await finish(train({ ...problem, steps: 100_000, signal: AbortSignal.timeout(200) }));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('makes no step when asked for none', async () => {
    expect(await finish(train({ ...problem, steps: 0 }))).toMatchObject({ end: 'done', step: 0 });
  });

  it('refuses options out of range', async () => {
    await expect(finish(train({ ...problem, steps: -1 }))).rejects.toThrow('train: steps is -1, not a count.');
    await expect(finish(train({ ...problem, steps: 1, clip: 0 }))).rejects.toThrow(
      'train: clip is 0, not a number above 0.',
    );
    await expect(finish(train({ ...problem, steps: 1, evaluateEvery: 0 }))).rejects.toThrow(
      'train: evaluateEvery is 0, not an integer from 1 up.',
    );
  });
});
