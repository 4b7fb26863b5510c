/** @file For passes and back ends: what reads, writes and checks Programs. */
// reading

export { batchProgram } from '../batching.ts';
export { bindAny } from '../bind.ts';
export { type Builder, record } from '../builder.ts';
export { evaluate, lastReads } from '../evaluate.ts';
export { deadCode } from '../passes/dead-code.ts';
export { dependents, extract } from '../passes/extract.ts';
// primitives
export type { AnyPrimitive } from '../primitive.ts';
export type { CondParams } from '../primitives/cond.ts';
export { contractLabels } from '../primitives/contract.ts';
export type { ScanParams } from '../primitives/scan.ts';
export type { WhileParams } from '../primitives/while-loop.ts';
// writing
export {
  bodiesOf,
  type Equation,
  isProgram,
  type Label,
  type Origin,
  type Params,
  type ParamValue,
  type Program,
  readsInput,
  typeOf,
  type VarId,
} from '../program.ts';
export type { Control, Kind, Piece, ScalarExpression, ScalarOp, Semantics } from '../semantics.ts';
export { originText } from '../symbolic/origin-text.ts';
export { inOrderOf, isOperand, isResult, refusePromise } from '../tree.ts';
export { Abstract } from '../value.ts';
export { verify } from '../verify.ts';
export { known } from './known.ts';
