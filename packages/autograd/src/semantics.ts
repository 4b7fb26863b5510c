import type { Shape, TensorType } from '@throughline/tensor';
import type { ScalarFunction } from '@throughline/tensor/elementary';

/**
 * The scalar operations a map may be made of. Each has one meaning, fixed by the reference kernels of `tensor`.
 * `select` takes a bool and two values; `cast` converts to the dtype of the map's result; a constant has the dtype of what
 * stands beside it.
 */
export type ScalarOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  | 'sign'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'floorDiv'
  | 'remainder'
  | 'minimum'
  | 'maximum'
  | 'exp'
  | 'log'
  | 'log1p'
  | 'expm1'
  | 'pow'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'and'
  | 'or'
  | 'not'
  | 'isFinite'
  | 'select'
  | 'cast';

/**
 * A scalar function as data: what one output element is made of, given the input elements at its place. Beside the
 * operations above it may use any function of floats that brings its own steps.
 */
export type ScalarExpression =
  | { readonly input: number }
  | { readonly constant: number }
  | { readonly op: ScalarOp; readonly args: readonly ScalarExpression[] }
  | { readonly function: ScalarFunction; readonly args: readonly ScalarExpression[] };

/**
 * One affine copy: for every index i of `shape`,
 * `output[to.offset + Σ to.strides·i] = input[from.offset + Σ from.strides·i]`, in elements. A stride of 0 repeats.
 */
export interface Piece {
  readonly input: number;
  readonly output: number;
  readonly shape: Shape;
  readonly from: { readonly offset: number; readonly strides: readonly number[] };
  readonly to: { readonly offset: number; readonly strides: readonly number[] };
}

/** Consecutive operands with one role. */
export interface OperandGroup {
  readonly role: string;
  readonly count: number;
  /** Set when the bodies do not take them, as a predicate. */
  readonly outside?: boolean;
}

/**
 * How a structured primitive runs its bodies. `scan`: `body` once per slice of the sequences (ScanParams). `while`: `body` as
 * long as `test` holds (WhileParams). `branch`: `onTrue` or `onFalse` by the first operand (CondParams). `call`: `body` once,
 * on as many leading operands as it has inputs.
 */
export type Control = 'scan' | 'while' | 'branch' | 'call';

/** What a primitive means, as data. Back ends branch on this closed set of kinds, never on a primitive's name. */
export type Semantics<P = unknown> =
  /** Element by element over operands of one shape. */
  | { readonly kind: 'map'; readonly expression: ScalarExpression }
  /** `params.axes` are combined and dropped. Sums use the blocked order of 16 accumulators. */
  | { readonly kind: 'reduce'; readonly combine: 'sum' | 'maximum' | 'minimum' | 'argMaximum' }
  /** Two-operand einsum over the labels in `params`. */
  | { readonly kind: 'contract' }
  /** Elements move and are not computed; where no piece writes, the output is `fill`. */
  | {
      readonly kind: 'view';
      readonly fill?: number;
      pieces(inputs: readonly TensorType[], outputs: readonly TensorType[], params: P): readonly Piece[];
    }
  /** Reads along `params.axis` at indices that are data. */
  | { readonly kind: 'gather' }
  /** Adds along `params.axis` at indices that are data, in ascending order of updates. */
  | { readonly kind: 'scatter' }
  /**
   * Contains Programs in its params, and runs them as `control` says. `operands` names consecutive operands, and inputs of
   * the bodies, for readers; `isCall` says that the results are those of `params.body`, however it is differentiated.
   */
  | {
      readonly kind: 'structured';
      readonly control: Control;
      readonly isCall?: true;
      operands?(params: P): readonly OperandGroup[];
    }
  /** y_t = a_t·y_{t−1} + b_t along axis 0, from the third operand or 0, from the last step to the first if `params.reverse`. */
  | { readonly kind: 'recurrence' }
  /** Its reference kernel is all there is. */
  | { readonly kind: 'host' };

export type Kind = Semantics['kind'];
