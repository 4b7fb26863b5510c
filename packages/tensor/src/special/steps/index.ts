/** @file The steps of every special function, over any arithmetic of the right precision. */
export { arccos, arcsin, arctan, arctan2 } from './arcs.ts';
export { erf, erfc, erfinv } from './error.ts';
export { digamma, lgamma, polygamma } from './gamma.ts';
export { arccosh, arcsinh, arctanh, cosh, logit, sinh } from './hyperbolic.ts';
export { logaddexp, xlogy } from './logarithms.ts';
export { cbrt, exp2, log2, log10, round, rsqrt, trunc } from './powers.ts';
export { hypot } from './scaled.ts';
export { tan } from './tan.ts';
