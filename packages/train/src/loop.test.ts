import { createHash } from 'node:crypto';
import { add, cast, div, key, less, matmul, mul, normal, sqrt, square, sub, sum, where } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it, vi } from 'vitest';
import { adam, finish, meanSquaredError, type Optimizer, sgd, type TrainEvent, train } from './index.ts';

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

  it.each([true, false])(
    'a learning rate that becomes NaN ends the run, and what was learned stays (compiled: %s)',
    async (compiled) => {
      const rate = (step: Tensor): Tensor => where(less(step, 3), 0.1, Number.NaN);
      const options = { ...problem, compiled, optimizer: adam({ rate }) };
      let said = '';
      const result = await finish(train({ ...options, steps: 9 }), (event) => {
        if (event.type === 'diverged') said = event.message;
      });
      const before = await finish(train({ ...options, steps: 3 }));
      expect([result.end, result.step]).toEqual(['diverged', 3]);
      expect(hashOf(result.params)).toBe(hashOf(before.params));
      expect(said).toMatch(
        /^step 4: the loss is \d\S+ and the gradient's norm \d\S+, but the update would give parameters that are not finite, so it was not made\. Look at the learning rate\.$/,
      );
    },
  );

  it('stops at a signal with what was learned', async () => {
    const controller = new AbortController();
    const result = await finish(train({ ...problem, steps: 1000, signal: controller.signal }), (event) => {
      if (event.type === 'step' && event.step === 5) controller.abort();
    });
    expect([result.end, result.step, result.history.loss.length]).toEqual(['aborted', 5, 5]);
  });

  it('gives timers a turn while it works', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const enough = {
      get aborted() {
        return ticks > 2;
      },
    };
    const { end } = await finish(train({ ...problem, steps: 100_000, signal: enough }));
    clearInterval(timer);
    expect(end).toBe('aborted');
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

describe('compiled steps', () => {
  it('say and learn what steps as written do, to rounding', async () => {
    const run = (compiled: boolean) => finish(train({ ...problem, clip: 0.5, steps: 40, compiled }));
    const [compiled, written] = [await run(true), await run(false)];
    expect(compiled.step).toBe(written.step);
    written.history.loss.forEach((loss, i) => {
      expect(compiled.history.loss[i]).toBeCloseTo(loss, 12);
      expect(compiled.history.gradientNorm[i]).toBeCloseTo(written.history.gradientNorm[i] ?? 0, 12);
    });
    for (const name of ['w', 'b'] as const)
      expect(Math.abs(sum(sub(compiled.params[name], written.params[name])).item())).toBeLessThan(1e-12);
    expect(String(compiled.state.step)).toBe('i32[] 40');
  });

  it('run the loss once, whatever the rate does from step to step', async () => {
    let runs = 0;
    const rates: number[] = [];
    const result = await finish(
      train({
        params: { seed: key(1), x: tensor(1), none: zeros([0]) },
        loss: ({ x }) => {
          runs++;
          return mul(x, 1);
        },
        batches: () => null,
        optimizer: sgd({ rate: (step) => mul(add(step, 1), 0.25) }),
        steps: 3,
        key: key(1),
        evaluate: ({ x }) => rates.push(x.item()),
        evaluateEvery: 1,
      }),
    );
    expect(runs).toBe(1);
    expect(rates.length).toBe(3);
    expect(result.params.x.item()).toBe(1 - 0.25 - 0.5 - 0.75);
    expect(result.params.seed.toArray()).toEqual(key(1).toArray());
  });

  it('take numbers, words and lengths that change', async () => {
    const seen: string[] = [];
    const { history } = await finish(
      train({
        params: tensor([1, 2], { dtype: 'float32' }),
        loss: (p, batch: { x: Tensor; weight: number; kind: string }) => {
          seen.push(`${batch.kind} ${batch.x.shape}`);
          const all = sum(mul(mul(p, sum(batch.x)), batch.weight));
          return batch.kind === 'squared' ? square(all) : all;
        },
        batches: (step) => ({
          x: cast(zeros([step % 2]).add(1), 'float32'),
          weight: step,
          kind: step > 2 ? 'squared' : 'plain',
        }),
        optimizer: sgd({ rate: 0 }),
        steps: 5,
        key: key(1),
      }),
    );
    expect(history.loss).toEqual([3, 0, 81, 0, 225]);
    expect(seen).toEqual(['plain 1', 'plain 0', 'squared 1', 'squared 0']);
  });

  it('give way to steps as written where a number is read, and say so once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const loss = (p: Tensor) => (p.item() > 0 ? square(p) : p);
    const both = [undefined, false].map((compiled) =>
      finish(
        train({
          params: tensor(3),
          loss,
          batches: () => null,
          optimizer: sgd({ rate: 0.25 }),
          steps: 4,
          key: key(1),
          ...(compiled === false && { compiled }),
        }),
      ),
    );
    const [first, second] = await Promise.all(both);
    expect(first?.history).toEqual(second?.history);
    expect(first?.params.item()).toBe(3 / 16);
    expect(warn.mock.calls).toEqual([
      [
        'train: runs as written, since a step cannot be compiled: item: an abstract value (f64[]) has no numbers while a Program is being recorded. Use cond or where for a choice and scan or whileLoop for a loop, or read it outside trace.',
      ],
    ]);
    warn.mockRestore();
  });

  it('give way in the middle of a run, and go on from there; likewise for an optimiser that reads', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { history, params } = await finish(
      train({
        params: tensor(8),
        loss: (p, read: boolean) => (read && p.toArray() === 0 ? p : square(p)),
        batches: (step) => step > 2,
        optimizer: sgd({ rate: 0.25 }),
        steps: 4,
        key: key(1),
      }),
    );
    expect([history.loss, params.item()]).toEqual([[64, 16, 4, 1], 0.5]);
    const plain = sgd({ rate: 0.25 });
    const reading: Optimizer<ReturnType<typeof plain.init>> = {
      ...plain,
      update: (state, grads, p) => {
        state.step.item();
        return plain.update(state, grads, p);
      },
    };
    const loss = (p: Tensor) => square(p);
    const read = await finish(
      train({ params: tensor(8), loss, batches: () => null, optimizer: reading, steps: 2, key: key(1) }),
    );
    expect(read.params.item()).toBe(2);
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });

  it('throw what the loss throws', async () => {
    const options = { ...problem, steps: 2 };
    const wrong = () => {
      throw new Error('no such batch');
    };
    await expect(finish(train({ ...options, loss: wrong }))).rejects.toThrow('no such batch');
    const late = (p: typeof problem.params) => Promise.resolve(sum(p.w)) as unknown as Tensor; // what a user might write
    await expect(finish(train({ ...options, loss: late }))).rejects.toThrow(
      'valueAndGrad: f is an async function (it returned a Promise), so its ops would run after valueAndGrad has returned. Await the data first, and pass a synchronous function.',
    );
  });
});
