// defining a cell
export { affine, type GateParams } from './affine.ts';
export {
  type AnyCell,
  type Belt,
  type Cell,
  type CellSpec,
  defineCell,
  type ParallelResult,
  type StepResult,
  type Taps,
} from './cell.ts';
export type { Dims } from './dims.ts';
export type { FloatType, Initializer, Site } from './initializer.ts';
export * as initializers from './initializers.ts';
export { chrono, glorotUniform, minus, orthogonal } from './initializers.ts';
export {
  gate,
  type GateOptions,
  type GateSpec,
  type Initializers,
  type InitializerTree,
  param,
  type ParamAt,
  type ParamName,
  type ParamSpec,
  type ParamSpecs,
  type ParamsOf,
  type ParamTree,
  type TwoBiasGateSpec,
} from './params.ts';
export { slot, type Slot, type Slots, type StateName, type StateOf, type StateSpec, type StateTree } from './state.ts';
// the cells
export { elman, type ElmanOptions, rnn, rnnRelu } from './cells/elman.ts';
export { gru } from './cells/gru.ts';
export { gruResetBefore } from './cells/gru-reset-before.ts';
export { lstm } from './cells/lstm.ts';
// running one over time
export { type Run, type RunOf, unroll, type UnrollOptions } from './unroll.ts';
// what it went through
export type { Line, LinesOf } from './questions/lines.ts';
