// values and programs
export type { Operand } from './operand.ts';
export { Abstract, Recorded } from './value.ts';
export { isProgram, type Equation, type Label, type Origin, type Program } from './program.ts';
export { debugCaptures } from './debug/captures.ts';
export { evaluate } from './evaluate.ts';
export { recording } from './builder.ts';
export { scope } from './scope.ts';
export { flatten, type Like, mapTree, type Tree, zipTrees } from './tree.ts';
// the ops below as methods of Tensor
import './methods.ts';
export type { Methods } from './methods.ts';
// transforms
export { grad, type ValueAndGrad, valueAndGrad } from './transforms/grad.ts';
export { hessian, hvp, type Jacobian, jacobian } from './transforms/jacobian.ts';
export { type Jvp, jvp } from './transforms/jvp.ts';
export { type OnTape, onTape } from './transforms/on-tape.ts';
export type { Sweep, SweepListener } from './pullback.ts';
export type { Entry, Tape } from './tape.ts';
export { trace } from './transforms/trace.ts';
export { type Vjp, vjp } from './transforms/vjp.ts';
export { type Axes, type VmapOptions, vmap } from './transforms/vmap.ts';
// primitives of your own, and what primitives are
export { bind } from './bind.ts';
export { type Batch, type BatchRule, definePrimitive, type Primitive, primitives } from './primitive.ts';
export { customVjp, type VjpRule } from './primitives/custom-vjp.ts';
export type { Kind, Semantics } from './semantics.ts';
// element by element: arithmetic
export { add, div, mul, neg, sub } from './primitives/maps/arithmetic.ts';
export { pow, sqrt, square } from './primitives/maps/powers.ts';
export { ceil, floor, floorDiv, remainder, sign } from './primitives/maps/rounding.ts';
export { abs, maximum, minimum, relu } from './primitives/maps/kinked.ts';
export { clip } from './ops/clip.ts';
// element by element: functions
export { exp, expm1, sigmoid, softplus, tanh } from './primitives/maps/exponential.ts';
export { log, log1p } from './primitives/maps/logarithmic.ts';
export { cos, sin } from './primitives/maps/trigonometric.ts';
// element by element: comparisons and choices
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from './primitives/maps/comparison.ts';
export { isFinite, logicalAnd, logicalNot, logicalOr } from './primitives/maps/logical.ts';
export { where } from './primitives/where.ts';
export { whereSafe } from './ops/where-safe.ts';
export { cast } from './primitives/cast.ts';
export { stopGradient } from './primitives/stop-gradient.ts';
// products
export { contract } from './primitives/contract.ts';
export { matmul } from './ops/matmul.ts';
// reductions
export { type ReduceOptions, sum, sumTo } from './primitives/sum-broadcast.ts';
export { mean } from './ops/mean.ts';
export { max, min } from './primitives/max-min.ts';
export { argmax } from './primitives/argmax.ts';
export { all, any } from './ops/all-any.ts';
export { logSoftmax, logSumExp, softmax } from './ops/softmax.ts';
// the same elements elsewhere
export { reshape } from './primitives/reshape.ts';
export { transpose } from './primitives/transpose.ts';
export { flip } from './primitives/flip.ts';
export { broadcastTo } from './primitives/sum-broadcast.ts';
export { slice } from './primitives/slice-pad.ts';
export { pad, type PadOptions } from './ops/pad.ts';
export { at, expandDims, squeeze } from './ops/at.ts';
export { concat, split, stack, unstack } from './primitives/concat-split.ts';
export { gather, scatterAdd } from './primitives/gather-scatter.ts';
export { oneHot } from './primitives/one-hot.ts';
// random numbers
export { foldIn, key, splitKey } from './primitives/random-keys.ts';
export { bernoulli, categorical, normal, permutation, uniform } from './primitives/random.ts';
// loops and choices
export { scan, type ScanOptions, type Step } from './primitives/scan.ts';
// memory
export { checkpoint } from './primitives/checkpoint.ts';
export type { Schedule } from './primitives/schedule.ts';
