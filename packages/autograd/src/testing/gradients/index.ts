export { assertGrads, type CheckGradsOptions, checkGrads } from './check-grads.ts';
export { type ComplexStepOptions, type ComplexStepReport, complexStepCheck } from './complex-step-check.ts';
export { type Disagreement, GradientError, type GradReport, type Measurement, type Verdict } from './report.ts';
