// derivatives of any function; also under `testing/gradients`, which needs no fast-check

// laws of primitives, at random calls
export { type Check, type Checkable, type CheckPrimitiveOptions, checkPrimitive, checksOf } from './check-primitive.ts';
export { composites } from './composites/index.ts';
// what primitives mean, executed
export { evaluateExpression } from './evaluate-expression.ts';
export {
  assertGrads,
  type CheckGradsOptions,
  type ComplexStepOptions,
  type ComplexStepReport,
  checkGrads,
  complexStepCheck,
  type Disagreement,
  GradientError,
  type GradReport,
  type Measurement,
  type Verdict,
} from './gradients/index.ts';
export { executePieces } from './laws/kernel.ts';
export { opEntries } from './op-entries.ts';
// loops and Programs that nobody wrote, for passes and back ends
export * as randomLoops from './random-loops.ts';
export * as randomNets from './random-nets.ts';
export { type ProgramSample, randomPrograms } from './random-programs.ts';
export * as randomRecurrences from './random-recurrences/index.ts';
export type { Composite, PrimitiveSamples, Refusal, Sample } from './sample.ts';
export { calls } from './samples/generators.ts';
export { samples } from './samples/index.ts';
// derivatives of an op in every mode, measured
export {
  bounds,
  type Cell,
  columns,
  keyOf,
  type Measured,
  measureComposite,
  measureRow,
  type Row,
  type TableOptions,
} from './table/index.ts';
