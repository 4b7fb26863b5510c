export {
  assertGrads,
  type CheckGradsOptions,
  checkGrads,
  type Disagreement,
  GradientError,
  type GradReport,
  type Measurement,
  type Verdict,
} from './gradients/index.ts';
