import { add, sum, type Tensor, tensor, valueAndGrad } from 'throughline';
import { type Benchmark, timed } from './benchmark.ts';
import { summarize } from './measure.ts';

/** Whether a long tape costs more per op than a short one, or overflows a stack. */
export const chain: Benchmark = {
  name: 'chain',
  question: 'Does the cost per op stay the same on a tape of a million ops?',
  caveats:
    'One chain of adds on 8 elements, value and gradient, per op; the tape keeps every op alive, so the collector is measured too. A lie if ops were dropped: the gradient is checked.',
  *run() {
    const [x, constant] = [tensor([1, 2, 3, 4, 5, 6, 7, 8]), tensor([8, 7, 6, 5, 4, 3, 2, 1])];
    for (const [length, repetitions] of [
      [1e4, 9],
      [1e5, 5],
      [1e6, 3],
    ] as const) {
      const both = valueAndGrad((start: Tensor) => {
        let y = start;
        for (let i = 0; i < length; i++) y = add(y, constant);
        return sum(y);
      });
      const times = Array.from({ length: repetitions }, () => {
        const start = performance.now();
        if (both(x).grad.data[7] !== 1) throw new Error('the gradient of a chain of adds is 1');
        return (performance.now() - start) / 1000;
      });
      yield timed(`${length.toLocaleString('en')} ops`, 'throughline', 'µs/op', summarize(times), 1e6 / length);
    }
  },
};
