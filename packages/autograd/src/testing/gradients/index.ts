export { assertGrads, type CheckGradsOptions, checkGrads } from './check-grads.ts';
export { type Disagreement, GradientError, type GradReport, type Measurement, type Verdict } from './report.ts';
