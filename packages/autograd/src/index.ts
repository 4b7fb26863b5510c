// values and programs
export type { Operand } from './operand.ts';
export { Abstract, Recorded } from './value.ts';
export { isProgram, type Equation, type Origin, type Program } from './program.ts';
export { evaluate } from './evaluate.ts';
export { print, type PrintOptions } from './print.ts';
export { verify } from './verify.ts';
export { recording } from './builder.ts';
export { scope } from './scope.ts';
export { flatten, type Like, mapTree, type Tree, zipTrees } from './tree.ts';
// transforms
export { grad, type ValueAndGrad, valueAndGrad } from './transforms/grad.ts';
export { hessian, hvp, type Jacobian, jacobian } from './transforms/jacobian.ts';
export { type Jvp, jvp } from './transforms/jvp.ts';
export { type OnTape, onTape } from './transforms/on-tape.ts';
export type { Sweep } from './pullback.ts';
export type { Tape } from './tape.ts';
export { trace } from './transforms/trace.ts';
export { type Vjp, vjp } from './transforms/vjp.ts';
// primitives
export { definePrimitive, type Primitive, primitives } from './primitive.ts';
export type { Kind, Semantics } from './semantics.ts';
export { concat, split, stack, unstack } from './primitives/concat-split.ts';
export { contract } from './primitives/contract.ts';
export { add, div, mul, neg, sub } from './primitives/maps/arithmetic.ts';
export { exp, sigmoid, tanh } from './primitives/maps/exponential.ts';
export { reshape } from './primitives/reshape.ts';
export { scan, type ScanOptions, type Step } from './primitives/scan.ts';
export { pad, slice } from './primitives/slice-pad.ts';
export { stopGradient } from './primitives/stop-gradient.ts';
export { broadcastTo, sum, sumTo } from './primitives/sum-broadcast.ts';
// composites
export { matmul } from './ops/matmul.ts';
