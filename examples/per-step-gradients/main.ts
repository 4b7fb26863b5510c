// How much of a loss's gradient reaches the state t steps earlier? flow gives |∂L/∂state| at every step, in one sweep. The
// claim: in a plain RNN it dies geometrically; in an LSTM with chrono bias it is still there at the start of the sequence.
import { pathToFileURL } from 'node:url';
import { chrono, flow, key, lstm, mean, minus, normal, rnn, square, unroll } from 'throughline';

export interface Reach {
  readonly rnn: readonly number[];
  readonly lstm: readonly number[];
}

/** |∂L/∂s[t]| relative to that at the last step, for t = 0…T. */
export function run({ T = 60, H = 16, seed = 1 } = {}): Reach {
  const xs = normal(key(seed), [T, 1, 2]);
  const relative = (norms: readonly number[]) => norms.map((norm) => norm / (norms.at(-1) ?? 1));

  const plain = unroll(rnn, rnn.init(key(seed + 1), { I: 2, H }), xs);
  const open = lstm.with({ f: { b: chrono(T) }, i: { b: minus('f.b') } });
  const gated = unroll(open, open.init(key(seed + 1), { I: 2, H }), xs);
  return {
    rnn: relative(flow(plain, ({ out }) => mean(square(out.at(T)))).norms('h')),
    lstm: relative(flow(gated, ({ out }) => mean(square(out.at(T)))).norms('c')),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const reach = run();
  console.log('distance       rnn    lstm chrono');
  for (const distance of [0, 1, 10, 20, 40, 60]) {
    const [one, other] = [reach.rnn, reach.lstm].map((norms) => norms.at(-1 - distance) ?? 0);
    console.log(`${String(distance).padStart(8)}   ${one?.toExponential(1)}   ${other?.toExponential(1)}`);
  }
}
