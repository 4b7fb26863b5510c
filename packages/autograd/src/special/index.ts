// powers and logarithms
export { cbrt, exp2, log2, log10, rsqrt } from '../primitives/special/powers.ts';
export { hypot } from '../primitives/special/hypot.ts';
export { logaddexp, logit, xlogy } from '../primitives/special/logarithmic.ts';
// angles and hyperbolic functions
export { arccos, arcsin, arctan, arctan2, tan } from '../primitives/special/trigonometric.ts';
export { arccosh, arcsinh, arctanh, cosh, sinh } from '../primitives/special/hyperbolic.ts';
// the error function and the gamma function
export { erf, erfc, erfinv } from '../primitives/special/error.ts';
export { digamma, lgamma, polygamma } from '../primitives/special/gamma.ts';
// rounding, and kinds of numbers
export { isInf, isNaN, round, trunc } from '../primitives/special/rounding.ts';
