import { checkGrads, key, mul, normal, ones, sigmoid, sub, type Tensor, tensor, vjp } from 'throughline';
import { type Exercise, notYet, off, short } from '../kit.ts';

export interface Answer {
  readonly swish: (x: Tensor) => Tensor;
}

const points = [-2, -0.5, 0, 0.7, 3];

const exercise: Exercise<Answer> = {
  title: 'a wrong pullback',
  minutes: 10,
  hints: [
    'x stands twice in x · σ(x), so there are two terms: one where σ(x) is held, and one where x is held.',
    'The rule that is there holds σ(x). The missing term is ȳ · x · σ′(x), with σ′ = σ (1 − σ).',
    'const s = sigmoid(x); the cotangent is ȳ ⊙ (s + x ⊙ s ⊙ (1 − s)).',
  ],
  check({ swish }) {
    const x = tensor(points);
    const value = swish(x);
    if (off(value, mul(x, sigmoid(x))) > 1e-12) {
      notYet('swish(x) is no longer x · σ(x): mend the rule, not the function.');
    }
    const ofOnes = vjp(swish, x).pullback(ones([points.length]));
    const slopes = tensor(points.map(slopeAt));
    for (const [i, at] of points.entries()) {
      const [yours, measured] = [ofOnes.data[i] ?? Number.NaN, slopes.data[i] ?? 0];
      if (Math.abs(yours - measured) > 1e-8) {
        const also = at === 0 ? '' : ' At x = 0 they may agree by chance: the missing term has a factor x.';
        notYet(
          `at x = ${at} your rule says that the slope is ${short(yours)}; differences of swish itself say ${short(measured)}.${also}`,
        );
      }
    }
    const ct = normal(key(1), [points.length]);
    if (off(vjp(swish, x).pullback(ct), mul(ct, slopes)) > 1e-8) {
      notYet(
        'for a cotangent of ones your rule is right, for another it is not. What comes out must be ȳ times the slope: a loss that multiplies swish by 5 has a gradient 5 times as large.',
      );
    }
    const { verdict } = checkGrads((z: Tensor) => sub(swish(z), 1), [x]);
    if (verdict !== 'right') notYet(`checkGrads says: ${verdict}.`);
    return 'Your rule agrees with differences, for ȳ = 1 and for any other. A check with ȳ = 1 alone would have passed a rule that forgets it.';
  },
};
export default exercise;

/** The slope of x · σ(x) by differences; no rule is asked. */
function slopeAt(x: number): number {
  const f = (z: number): number => z / (1 + Math.exp(-z));
  const h = 1e-3;
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}
