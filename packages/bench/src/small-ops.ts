import { add, sum, type Tensor, tensor, valueAndGrad } from 'throughline';
import { type Benchmark, timed } from './benchmark.ts';
import { measure } from './measure.ts';
import { tensorflow } from './peers/tensorflow.ts';
import { torch } from './peers/torch.ts';

const OPS = 1000;
const eight = (): Tensor => tensor([1, 2, 3, 4, 5, 6, 7, 8]);

/** What the bookkeeping of one op costs when the arithmetic is next to nothing. */
export const smallOps: Benchmark = {
  name: 'small-ops',
  question: 'What does one small op cost, forward and backward?',
  caveats: `${OPS} adds on 8 elements and a sum, value and gradient, per add. A lie if the gradient were not taken, the loop compiled away, or the constant folded in: the value is read each time.`,
  async *run() {
    const constant = eight();
    const cases = {
      'add a constant': (y: Tensor) => add(y, constant),
      'add the input (fan-in)': (y: Tensor, x: Tensor) => add(y, x),
      'add a number': (y: Tensor) => add(y, 1),
    };
    for (const [what, op] of Object.entries(cases)) {
      const both = valueAndGrad((x: Tensor) => {
        let y = x;
        for (let i = 0; i < OPS; i++) y = op(y, x);
        return sum(y);
      });
      const x = eight();
      const timing = measure(() => both(x).value.item(), { seconds: 1 });
      yield timed(what, 'throughline', 'µs/op', timing, 1e6 / OPS);
    }
    yield* torch('small-ops');
    yield* tensorflow('small-ops');
  },
};
