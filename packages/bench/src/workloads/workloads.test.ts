import { checkGrads, type Tensor } from 'throughline';
import { describe, expect, it } from 'vitest';
import { spread } from './hash.ts';
import * as nets from './nets.ts';
import { sizes } from './sizes.ts';
import { dataOf, eagerStep, gradientStep, lossOf } from './steps.ts';

const small = { B: 4, T: 20, I: 8, H: 16 };

/** Loss and norm of the gradient by peers/torch_server.py at that size, float64: `{"setup": {"kind": …}}`. */
const torch: Readonly<Record<string, readonly [number, number]>> = {
  tidy: [0.36680780712768807, 0.09246466099794647],
  naive: [0.36680780712768807, 0.09246466099794647],
  peephole: [0.5072157165685502, 0.6343218421308767],
  gruNet: [0.3927848386554459, 0.1944711770808378],
  twoWays: [0.32436535840811853, 0.0415549586504371],
};
const all = nets as unknown as Readonly<Record<string, nets.Net<never>>>; // its exports are nets

describe('what is measured is what PyTorch computes', () => {
  it.each(Object.entries(torch))('%s: loss and gradient', (name, [loss, norm]) => {
    const own = eagerStep(all[name] as nets.Net<never>, small, 'float64').check(); // a name of the table
    expect(Math.abs(own.loss - loss)).toBeLessThan(1e-14);
    expect(Math.abs(own.norm - norm)).toBeLessThan(1e-13 * norm);
  });

  it('the numbers can differ: another size has another loss', () => {
    const { loss } = eagerStep(nets.naive, { ...small, T: 19 }, 'float64').check();
    expect(Math.abs(loss - 0.36680780712768807)).toBeGreaterThan(1e-6);
  });
});

describe('every net', () => {
  it.each(Object.keys(nets))('%s: compiled, it computes what it computes eagerly, in both precisions', (name) => {
    const net = all[name] as nets.Net<never>; // a name of the table
    for (const dtype of ['float64', 'float32'] as const) {
      const [eager, compiled] = [eagerStep(net, small, dtype).check(), gradientStep(net, small, dtype).check()];
      const bound = dtype === 'float64' ? 1e-12 : 1e-4;
      expect(Math.abs(compiled.loss - eager.loss)).toBeLessThan(bound);
      expect(Math.abs(compiled.norm - eager.norm)).toBeLessThan(bound * eager.norm);
    }
  });

  it.each(['recurrence', 'cosine'])('%s: its gradient is that of finite differences', (name) => {
    const net = all[name] as nets.Net<never>; // a name of the table
    const [params, xs, target] = dataOf(net, { B: 1, T: 2, I: 2, H: 2 }, 'float64');
    const report = checkGrads((p: never) => lossOf(net)(p, xs, target) as Tensor, [params]);
    expect(report.verdict).toBe('right');
  });
});

it('the hash is spread evenly, and stays what a peer computes', () => {
  const numbers = spread(11, 100_000, 1);
  expect(Math.abs(numbers.reduce((a, b) => a + b, 0) / numbers.length)).toBeLessThan(0.01);
  expect(new Set(numbers).size).toBeGreaterThan(99_000);
  expect([...spread(1, 3, 1)]).toEqual([...spread(1, 5, 1).subarray(0, 3)]);
  expect(sizes.M).toEqual({ B: 32, T: 100, I: 128, H: 128 });
});
