import { debugNonFinite, grad, key, lstm, normal, sum, type Tensor, trace, unroll, withLines } from 'throughline';
import { type Benchmark, timed } from './benchmark.ts';
import { measure } from './measure.ts';

const [T, B, I, H] = [60, 32, 2, 16];

/** What it costs to look for a NaN. */
export const debug: Benchmark = {
  name: 'debug',
  question: 'What do provenance and debugNonFinite cost?',
  caveats: `The gradient of an LSTM, T ${T}, batch ${B}, H ${H}, float64: plain, and under debugNonFinite, which looks at every kernel's result. Then recording it as a Program, with and without the user's lines. A lie if taken for what the hooks cost while nobody debugs: that takes two checkouts, before and after, that run small-ops and train-step in turn.`,
  *run() {
    const params = lstm.init(key(1), { I, H });
    const xs = normal(key(2), [T, B, I]);
    const loss = (p: typeof params): Tensor => sum(unroll(lstm, p, xs).out);
    const gradient = grad(loss);
    const debugged = debugNonFinite(gradient);
    const record = () => trace((p: typeof params) => gradient(p), params);
    const cases = {
      'gradient, plain': () => gradient(params),
      'gradient, debugNonFinite': () => debugged(params),
      'recording, without lines': record,
      'recording, with lines': () => withLines(record),
    };
    for (const [what, work] of Object.entries(cases)) {
      yield timed(what, 'throughline', 'ms', measure(work, { seconds: 3, warmUp: 2 }), 1e3);
    }
  },
};
