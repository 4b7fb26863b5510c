import type { FloatLanes } from '../emit/floats.ts';
import type { Value } from '../emit/graph.ts';

/** e^r to float32 on |r| ≤ ½ ln 2: 1 / k!, descending, down to 1/2. */
const series = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5];
/** ln 2 in two parts; the first times a small integer is exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.428606765330187e-6;

interface Reduced {
  readonly n: Value;
  /** e^r − 1. */
  readonly rest: Value;
}

/** x = n·ln 2 + r. */
function reduce(m: FloatLanes, x: Value): Reduced {
  const shift = m.constant(12582912);
  const n = m.op('Sub', m.op('RelaxedMadd', x, m.constant(1.4426950216293335), shift), shift);
  const high = m.op('RelaxedNmadd', n, m.constant(LN2_HIGH), x);
  const r = m.op('RelaxedNmadd', n, m.constant(LN2_LOW), high);
  const [first = 0, ...others] = series;
  const sum = others.reduce((value, c) => m.op('RelaxedMadd', value, r, m.constant(c)), m.constant(first));
  return { n, rest: m.op('RelaxedMadd', m.mul(r, r), sum, r) };
}

/** x within what e^x can give; NaN stays NaN. */
const clamp = (m: FloatLanes, x: Value, low: number, high: number): Value =>
  m.op('Pmin', m.op('Pmax', x, m.constant(low)), m.constant(high));

/** Shorter float32 functions for arithmetic that promises no bits: within 4 ulp, and absolute errors below 3e−38. */
export const fastSteps = {
  /** Twice 2^(n−1) times as much, since n may be 128. */
  exp(m: FloatLanes, x: Value): Value {
    const { n, rest } = reduce(m, clamp(m, x, -86.6, 89));
    const grown = m.op(
      'RelaxedMadd',
      rest,
      m.pow2(m.op('Sub', n, m.constant(1))),
      m.pow2(m.op('Sub', n, m.constant(1))),
    );
    return m.op('Add', grown, grown);
  },
  sigmoid(m: FloatLanes, x: Value): Value {
    const one = m.constant(1);
    return m.div(one, m.op('Add', one, fastSteps.exp(m, m.neg(clamp(m, x, -88, 88)))));
  },
  /** t / (t + 2) with t = e^2|x| − 1. */
  tanh(m: FloatLanes, x: Value): Value {
    const size = m.op('Pmin', m.abs(x), m.constant(10));
    const { n, rest } = reduce(m, m.op('Add', size, size));
    const power = m.pow2(n);
    const t = m.op('RelaxedMadd', rest, power, m.op('Sub', power, m.constant(1)));
    const y = m.div(t, m.op('Add', t, m.constant(2)));
    return m.or(y, m.and(x, m.constant(-0)));
  },
};

/**
 * 2^−110 and 2^−1000: gradients that have vanished would go on as subnormal numbers, with which many processors take a
 * hundred times as long, and products of what is a little larger would be subnormal.
 */
const TRACE = { f32x4: 7.70371977754894e-34, f64x2: 9.332636185032189e-302 } as const;

/** x, or 0 where |x| is below its trace; NaN stays NaN. */
export const withoutTraces = (m: FloatLanes, x: Value): Value =>
  m.select(m.less(m.abs(x), m.constant(TRACE[m.precision])), m.constant(0), x);
