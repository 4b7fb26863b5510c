import { grad, key, lstm, mean, simplify, square, type Tensor, trace, unroll, zeros } from 'throughline';
import { type Benchmark, timed } from './benchmark.ts';
import { summarize } from './measure.ts';

const [I, H, B] = [2, 16, 8];

/** From a cell to its gradient as a Program that can be read. */
export const symbolic: Benchmark = {
  name: 'symbolic',
  question: 'What does it cost to trace, differentiate and simplify an LSTM, and does its length matter?',
  caveats: `The gradient of a mean square through T steps, I ${I}, H ${H}, batch ${B}: traced, differentiated, simplified; 20 repetitions after 3 that warm up, and the first of all beside them. A lie if the length were not in the Program: its one input of T rows is checked. No numbers are computed.`,
  *run() {
    for (const T of [10, 1000]) {
      const params = lstm.init(key(1), { I, H });
      const xs = zeros([T, B, I]);
      const work = (): number => {
        const start = performance.now();
        const program = simplify(
          trace(
            (p: typeof params, input: Tensor) =>
              grad((q: typeof params) => mean(square(unroll(lstm, q, input).out)))(p),
            params,
            xs,
          ),
        );
        const seconds = (performance.now() - start) / 1000;
        if (!program.inputs.some((id) => program.types[id]?.shape[0] === T)) throw new Error('the Program has T steps');
        return seconds;
      };
      if (T === 10) yield timed(`T ${T}, first call`, 'throughline', 'ms', summarize([work()]), 1e3);
      for (let n = 0; n < 3; n++) work();
      yield timed(`T ${T}`, 'throughline', 'ms', summarize(Array.from({ length: 20 }, work)), 1e3);
    }
  },
};
