/** @file For passes and back ends: what reads, writes and checks Programs. */
export { batchProgram } from '../batching.ts';
export { bindAny } from '../bind.ts';
export { record } from '../builder.ts';
export { evaluate } from '../evaluate.ts';
export { numberText } from '../number-text.ts';
export { paramKey } from '../params.ts';
export { deadCode } from '../passes/dead-code.ts';
export { dependents, extract } from '../passes/extract.ts';
export type { AnyPrimitive } from '../primitive.ts';
export type { CondParams } from '../primitives/cond.ts';
export { contractLabels } from '../primitives/contract.ts';
export type { ScanParams } from '../primitives/scan.ts';
export type { WhileParams } from '../primitives/while-loop.ts';
export {
  bodiesOf,
  type Equation,
  isProgram,
  type Label,
  type Origin,
  type Params,
  type ParamValue,
  type Program,
  typeOf,
  type VarId,
} from '../program.ts';
export type { Control, Kind, Piece, ScalarExpression, ScalarOp, Semantics } from '../semantics.ts';
export { originText } from '../symbolic/origin-text.ts';
export { inOrderOf, isResult, refusePromise } from '../tree.ts';
export { Abstract } from '../value.ts';
export { verify } from '../verify.ts';
export { known } from './known.ts';
