import type { Benchmark } from './benchmark.ts';
import { timed } from './benchmark.ts';
import { inFreshProcess } from './child.ts';
import type { CompileTimeCase } from './compile-time-case.ts';
import { summarize } from './measure.ts';

/** What the first call costs, before anything is warm. */
export const compileTime: Benchmark = {
  name: 'compile-time',
  question: 'How long does the first call of a compiled step take, in a fresh process?',
  caveats:
    'Trace, differentiate, optimise, emit, instantiate and run once, of the LSTM’s gradient step, after imports; each repetition in a process of its own. The second call stands beside it, in WebAssembly that is not yet in its last tier. A lie if anything had been compiled before: nothing has.',
  async *run({ quick }) {
    const repetitions = quick ? 3 : 11;
    for (const [what, kind, size] of [
      ['M', 'naive', 'M'],
      ['M, peephole with layer norm', 'peephole', 'M'],
      ['S', 'naive', 'S'],
    ] as const) {
      const cases: CompileTimeCase[] = [];
      for (let n = 0; n < repetitions; n++) {
        cases.push((await inFreshProcess('./compile-time-case.ts', kind, size)) as CompileTimeCase); // it prints one
      }
      yield timed(what, 'first call', 'ms', summarize(cases.map(({ first }) => first)), 1e3);
      yield timed(what, 'second call', 'ms', summarize(cases.map(({ second }) => second)), 1e3);
    }
  },
};
