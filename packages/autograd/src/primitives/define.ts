import {
  broadcastShapes,
  type Concrete,
  type DType,
  DTypeError,
  formatShape,
  formatType,
  full,
  isFloat,
  type Shape,
  ShapeError,
  sameShape,
  sameType,
  Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { recording } from '../builder.ts';
import { checkSameDType, lift, type Operand } from '../operand.ts';
import { type AnyPrimitive, type Cotangent, definePrimitive, type Pullback } from '../primitive.ts';
import type { ScalarExpression } from '../semantics.ts';
import { broadcastOperand } from './sum-broadcast.ts';

/** An op of one operand that is a primitive. */
export type UnaryOp = ((x: Operand) => Tensor) & { readonly primitive: AnyPrimitive };
/** An op of two operands, broadcast to a common shape, that is a primitive. */
export type BinaryOp = ((x: Operand, y: Operand) => Tensor) & { readonly primitive: AnyPrimitive };

type None = Record<string, never>;
const none: None = {};

/** Which element types an op takes. */
const accepted = {
  float: ['float64', 'float32'],
  number: ['float64', 'float32', 'int32'],
  bool: ['bool'],
  any: ['float64', 'float32', 'int32', 'bool'],
} as const satisfies Record<string, readonly DType[]>;

interface MapRecord {
  readonly name: string;
  readonly expression: ScalarExpression;
  /** Which dtypes it takes; `float` by default. */
  readonly accepts?: keyof typeof accepted;
  /** The result's dtype, when it is not the operands'. */
  readonly gives?: DType;
}

interface UnaryRecord extends MapRecord {
  readonly kernel: (x: Concrete) => Concrete;
  /** x̄ from ȳ, the primal x and the result y; absent where no derivative exists. */
  readonly pullback?: (ct: Tensor, at: { readonly x: Tensor; readonly y: Tensor }) => Cotangent;
  readonly rule?: 'as given';
}

interface BinaryRecord extends MapRecord {
  readonly kernel: (x: Concrete, y: Concrete) => Concrete;
  /** x̄ and ȳ from z̄, the primals and the result; absent where no derivative exists. */
  readonly pullbacks?: readonly [BinaryPullback, BinaryPullback];
}

type BinaryPullback = (ct: Tensor, at: { readonly x: Tensor; readonly y: Tensor; readonly z: Tensor }) => Cotangent;

/** Defines a map of one operand, and the op that applies it. */
export function unary(record: UnaryRecord): UnaryOp {
  const { name, kernel, pullback } = record;
  const primitive = definePrimitive<None, 1>({
    name,
    semantics: { kind: 'map', expression: record.expression },
    infer: ([x]) => [{ dtype: resultType(record, x), shape: x.shape }],
    eval: ([x]) => [kernel(x)],
    pullbacks: [pullback ? ([ct], { inputs, outputs }) => ct && pullback(ct, { x: inputs[0], y: outputs[0] }) : null],
    ...(record.rule && { rule: record.rule }),
  });
  return callable(primitive as unknown as AnyPrimitive, (x: Operand) => bind(primitive, liftOne(name, x), none)[0]);
}

/** Defines a map of two operands, and the op that broadcasts and applies it. */
export function binary(record: BinaryRecord): BinaryOp {
  const { name, kernel, pullbacks } = record;
  const rule = (pullback: BinaryPullback | undefined): Pullback<None, 2, 1> | null =>
    pullback ? ([ct], { inputs, outputs }) => ct && pullback(ct, { x: inputs[0], y: inputs[1], z: outputs[0] }) : null;
  const primitive = definePrimitive<None, 2>({
    name,
    semantics: { kind: 'map', expression: record.expression },
    infer([x, y]) {
      checkAlike(name, x, y);
      return [{ dtype: resultType(record, x), shape: x.shape }];
    },
    eval: ([x, y]) => [kernel(x, y)],
    pullbacks: [rule(pullbacks?.[0]), rule(pullbacks?.[1])],
  });
  return callable(primitive as unknown as AnyPrimitive, (x: Operand, y: Operand) => {
    const [a, b] = pair(name, x, y);
    return bind(primitive, [a, b], none)[0];
  });
}

/** `broadcastTogether` for two, short where there is little to do. */
function pair(op: string, x: Operand, y: Operand): readonly [Tensor, Tensor] {
  if (x instanceof Tensor) {
    if (y instanceof Tensor ? sameType(x, y) : isSpread(y, x)) return [x, y instanceof Tensor ? y : spread(y, x)];
  } else if (y instanceof Tensor && isSpread(x, y)) {
    return [spread(x, y), y];
  }
  return broadcastTogether(op, [x, y]) as [Tensor, Tensor]; // as many as were given
}

/** Whether a number may stand at every place at once: in a Program it stays the scalar that was written. */
const isSpread = (value: unknown, peer: Tensor): value is number =>
  typeof value === 'number' && isFloat(peer.dtype) && recording() === undefined;

let last = { value: 0, tensor: full([], 0) };

/** A number at every place of a type. The last one is kept: gradients of one layer ask for the same 1 again and again. */
function spread(value: number, type: TensorType): Tensor {
  if (!Object.is(last.value, value) || !sameType(last.tensor, type)) {
    last = { value, tensor: full(type.shape, value, type.dtype) };
  }
  return last.tensor;
}

/** Lifts numbers, refuses mixed dtypes, and broadcasts all operands to their common shape. */
export function broadcastTogether(op: string, operands: readonly Operand[]): Tensor[] {
  const lifted = lift(op, operands);
  checkSameDType(op, lifted);
  return broadcastAll(op, lifted);
}

/** Broadcasts all operands to their common shape. */
export function broadcastAll(op: string, operands: readonly Tensor[]): Tensor[] {
  const shape = operands.reduce<Shape>((s, x) => broadcastShapes(op, { dtype: x.dtype, shape: s }, x), []);
  return operands.map((x) => broadcastOperand(x, shape, operands));
}

/** Attaches its primitive to an op, so that checkers find it. */
export function callable<F extends (...args: never[]) => unknown>(
  primitive: AnyPrimitive,
  op: F,
): F & { primitive: AnyPrimitive } {
  return Object.assign(op, { primitive });
}

/** The op has broadcast its operands; a Program that was read from a file may not have. */
function checkAlike(name: string, x: TensorType, y: TensorType): void {
  checkSameDType(name, [x, y]);
  if (sameShape(x.shape, y.shape)) return;
  const shape = formatShape(broadcastShapes(name, x, y));
  throw new ShapeError(
    name,
    `${formatType(x)} and ${formatType(y)} differ in shape. Broadcast both to ${shape} first.`,
  );
}

const liftOne = (op: string, x: Operand): [Tensor] => lift(op, [x]) as [Tensor]; // one in, one out

function resultType(record: MapRecord, x: { dtype: DType; shape: Shape }): DType {
  const { name, gives, accepts = 'float' } = record;
  const types: readonly DType[] = accepted[accepts];
  if (!types.includes(x.dtype)) {
    throw new DTypeError(
      name,
      `takes ${types.join(' or ')}, got ${formatType(x)}. Convert with cast(x, '${types[0]}').`,
    );
  }
  return gives ?? x.dtype;
}
