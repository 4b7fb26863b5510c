import { ArgumentError, formatType, full, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import { customVjp } from '../../primitives/custom-vjp.ts';
import { mul } from '../../primitives/maps/arithmetic.ts';
import { lessEqual } from '../../primitives/maps/comparison.ts';
import { abs } from '../../primitives/maps/kinked.ts';
import { sign } from '../../primitives/maps/rounding.ts';
import { stopGradient } from '../../primitives/stop-gradient.ts';
import { where } from '../../primitives/where.ts';
import { vjp } from '../../transforms/vjp.ts';
import { checkFloats } from './check.ts';

/** What `boundGradient` may be told. */
export interface BoundGradientOptions {
  /** A point at which every derivative of f is finite: where the bound acts, f′ is taken there and then hidden. 1 by default. */
  readonly safe?: number;
}

/**
 * f(x), element by element, with a derivative that stays within ±bound: s(x) = f′(x) where |f′(x)| ≤ bound, and
 * ±bound with the sign of f′ elsewhere. √ of 0 has slope ∞; so bounded, it passes a gradient on.
 *
 * It is the derivative that is bounded, not the cotangent: forward mode gives s(x) ẋ, reverse mode x̄ = s(x) ȳ, linear in
 * ȳ as derivatives are, and differentiating again differentiates s: f″(x) where |f′(x)| ≤ bound, 0 elsewhere, and so on.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: s(x) ȳ. NaN where f′ is NaN. f is recorded at every call; what it
 * captures gets no cotangent.
 * Source: Griffin's RG-LRU, for √(1 − a²) with the bound 1000: De et al., "Griffin: mixing gated linear recurrences with
 * local attention for efficient language models", 2024.
 * @throws ArgumentError unless bound > 0; ShapeError when f changes the type of x.
 * @example grad((x) => sum(boundGradient(sqrt, x, 1000)))(tensor([0, 4]))   // f64[2] [1000, 0.25]
 */
export function boundGradient(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  bound: number,
  { safe = 1 }: BoundGradientOptions = {},
): Tensor {
  checkFloats('boundGradient', x);
  if (!(bound > 0)) throw new ArgumentError('boundGradient', `the bound is ${bound}; it must be above 0.`);
  const slopeOf = (at: Tensor): Tensor => {
    const { value, pullback } = vjp((z: Tensor) => f(z), at);
    if (!sameType(value, at)) {
      throw new ShapeError(
        'boundGradient',
        `f takes ${formatType(at)} but gives ${formatType(value)}: it must work element by element.`,
      );
    }
    return pullback(full(at.shape, 1, at.dtype));
  };
  return customVjp(f, (ct, { inputs: [z] }) => {
    const steep = stopGradient(slopeOf(z));
    const within = lessEqual(abs(steep), bound);
    const slope = where(within, slopeOf(where(within, z, safe)), mul(sign(steep), bound));
    return [mul(ct, slope)];
  })(x);
}
