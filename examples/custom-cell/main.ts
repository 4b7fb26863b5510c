// A cell of one's own, and what its definition alone gives: equations, gradients, and a proof of its belt. The claim: with h
// held, ∂c[t]/∂c[t−1] is diag(f[t]), bit for bit; on every path together it is not.
import { pathToFileURL } from 'node:url';
import { checkGrads, explain, key, mean, normal, partial, square, total, unroll } from 'throughline';
import coupled from './cell.ts';

export interface Found {
  readonly equations: string;
  /** The verdict of checkGrads, and the largest error, relative. */
  readonly verdict: string;
  readonly error: number;
  /** max |∂c[t]/∂c[t−1] − diag f[t]| over all steps, with h held. */
  readonly held: number;
  /** ‖∂c[t]/∂c[t−1] − diag f[t]‖ / ‖diag f[t]‖ on every path, mean over the steps. */
  readonly leak: number;
}

export function run({ T = 30, I = 2, H = 8, seed = 1 } = {}): Found {
  const params = coupled.init(key(seed), { I, H });
  const xs = normal(key(seed + 1), [T, 1, I]);
  const loss = (p: typeof params) => mean(square(unroll(coupled, p, xs).out));
  const { verdict, reverseError } = checkGrads(loss, [params], { directions: 1 });

  const { h, c, f } = unroll(coupled, params, xs).lines;
  const steps = Array.from({ length: T }, (_, n) => n + 1);
  const held = steps.map((t) => partial(c.at(t), c.at(t - 1), { holding: h }).versus(f.at(t)).max);
  const leaks = steps.map((t) => total(c.at(t), c.at(t - 1)).versus(f.at(t)).relative);
  const leak = leaks.reduce((sum, x) => sum + x, 0) / T;
  return { equations: explain(coupled), verdict, error: reverseError, held: Math.max(...held), leak };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { equations, verdict, error, held, leak } = run();
  console.log(equations);
  console.log(`gradients ${verdict}, to ${error.toExponential(1)} of finite differences`);
  console.log(`h held: off by ${held}; h not held: off by ${(100 * leak).toFixed(1)} %`);
}
