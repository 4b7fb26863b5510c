import {
  ArgumentError,
  type Concrete,
  checkTensor,
  DTypeError,
  formatType,
  ShapeError,
  sameType,
  type Tensor,
  type TensorType,
  TreeError,
} from '@throughline/tensor';
import { bindAny } from '../bind.ts';
import { recording } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { deadCode } from '../passes/dead-code.ts';
import { placed } from '../placed.ts';
import { type AnyPrimitive, definePrimitive } from '../primitive.ts';
import { type Program, readsInput } from '../program.ts';
import { type Flat, flatten, inOrderOf, refusePromise } from '../tree.ts';
import { readable } from '../value.ts';
import {
  aligned,
  checkTypes,
  inputTypes,
  outputTypes,
  type Partial,
  pullBody,
  pushBody,
  recordBodies,
  someOf,
} from './bodies.ts';
import { batchCond } from './control-batch.ts';

/** A choice as one equation. Operands: the predicate, then what the bodies take; results: those of either body. */
export interface CondParams {
  /** (constants, operand) → results, where the predicate holds. */
  readonly onTrue: Program;
  /** Of the same inputs and results, where it does not. */
  readonly onFalse: Program;
  readonly constants: number;
}

export const condPrimitive: AnyPrimitive = definePrimitive<CondParams, number, number>({
  name: 'cond',
  semantics: {
    kind: 'structured',
    control: 'branch',
    operands: ({ onTrue, constants }) => [
      { role: 'pred', count: 1, outside: true },
      { role: 'constants', count: constants },
      { role: 'operand', count: onTrue.inputs.length - constants },
    ],
  },
  infer([pred, ...operands], { onTrue, onFalse }) {
    checkPredicate('cond', 'pred', pred, 'choose by element with where');
    const types = outputTypes(onTrue);
    checkTypes('cond', 'the operands are', operands, 'onTrue takes', inputTypes(onTrue));
    checkTypes('cond', 'the operands are', operands, 'onFalse takes', inputTypes(onFalse));
    checkTypes('cond', 'onTrue gives', types, 'onFalse gives', outputTypes(onFalse));
    return types;
  },
  // Concrete operands give concrete results.
  eval: ([pred, ...operands], { onTrue, onFalse }) =>
    evaluate(pred?.storage[0] === 0 ? onFalse : onTrue, operands) as Concrete[],
  pullbacks: () => {
    throw new ArgumentError('cond', 'has one rule for all operands.');
  },
  // The branches' pullbacks, under the same predicate. Each runs its branch again, so that nothing is kept of the other.
  jointPullback(cts, { inputs, params }, wanted) {
    const active = cts.map((ct) => ct !== null);
    const results = choose(params, inputs, someOf(cts), (body) => pullBody(body, active, wanted.slice(1)), inputTypes);
    return [null, ...results];
  },
  pushforward(tangents, { inputs, params }) {
    const moving = tangents.slice(1).map((t) => t !== null);
    return choose(params, inputs, someOf(tangents), (body) => pushBody(body, moving), outputTypes);
  },
  batch: (batch) => batchCond(batch, bindCond),
}) as unknown as AnyPrimitive; // see AnyPrimitive

/** The choice between what becomes of either body, given further operands; null where neither gives anything. */
function choose(
  { onTrue, onFalse }: CondParams,
  [pred, ...operands]: readonly Tensor[],
  given: readonly Tensor[],
  transform: (body: Program) => Partial,
  places: (body: Program) => TensorType[],
): (Tensor | null)[] {
  const { bodies, present } = aligned([onTrue, onFalse].map(transform), places(onTrue));
  const results = bindCond(pred as Tensor, [...operands, ...given], bodies, operands.length); // infer checked it
  return placed(results, present);
}

/** How the batching rule, which lives in a file of its own, comes back to the primitive. */
export type BindCond = typeof bindCond;

/** Binds one equation of two bodies that take `operands`; those that neither reads are left out. */
export function bindCond(
  pred: Tensor,
  operands: readonly Tensor[],
  bodies: readonly Program[],
  constants: number,
): readonly Tensor[] {
  const read = operands.map((_, i) => bodies.some((body) => readsInput(body, i)));
  const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => read[i]);
  const [onTrue, onFalse] = bodies.map((body) => deadCode({ ...body, inputs: kept(body.inputs) }));
  const count = kept(operands.slice(0, constants)).length;
  return bindAny(condPrimitive, [pred, ...kept(operands)], { onTrue, onFalse, constants: count });
}

/**
 * One of two functions of a tree of tensors, by a condition that is data.
 *
 * `pred` is a bool scalar; both functions take `operand` (which may be left out) and return trees of one structure and
 * types. In an eager run `pred` is read and the chosen function runs as ordinary JavaScript. While a Program is recorded
 * it is one equation with two bodies, of which one runs. Gradient: that of the chosen branch. To choose element by
 * element use `where`, which computes both.
 * @throws DTypeError or ShapeError when `pred` is not a bool scalar; TreeError or ShapeError when the branches differ, with
 * both types, while a Program is recorded.
 * @example cond(greater(tensor(2), 1), (x) => mul(x, 10), (x) => x, tensor(2))   // f64[] 20
 */
export function cond<X, Y>(pred: Tensor, onTrue: (operand: X) => Y, onFalse: (operand: X) => Y, operand?: X): Y {
  checkPredicate('cond', 'pred', pred, 'choose by element with where');
  const x = (operand ?? {}) as X; // without an operand, functions of nothing
  if (recording() === undefined && readable(pred)) {
    const [chosen, name] = pred.item() === 0 ? [onFalse, 'onFalse'] : [onTrue, 'onTrue'];
    const y = chosen(x);
    flatten('cond', refusePromise('cond', y, name), undefined, name);
    return y;
  }
  const operands = flatten('cond', x, undefined, 'operand');
  let first: { readonly tree: Y; readonly flat: Flat<Tensor> } | undefined;
  const branch = (f: (operand: X) => Y, name: string) => (inputs: readonly Tensor[]) => {
    const given = refusePromise('cond', f(operands.rebuild(inputs) as X), name); // X's structure
    const tree = first === undefined ? given : (inOrderOf(first.tree, given) as Y); // checked below
    const flat = flatten('cond', tree, undefined, name);
    if (first !== undefined) checkAlike(first.flat, flat);
    first ??= { tree, flat };
    return flat.leaves;
  };
  const { bodies, captures } = recordBodies(operands.leaves, [branch(onTrue, 'onTrue'), branch(onFalse, 'onFalse')]);
  const results = bindCond(pred, [...captures, ...operands.leaves], bodies, captures.length);
  return first?.flat.rebuild(results) as Y; // onTrue ran; the results are in its structure
}

/** Throws unless both branches give one structure and types. */
function checkAlike(onTrue: Flat<Tensor>, onFalse: Flat<Tensor>): void {
  if (onTrue.structure !== onFalse.structure) {
    const trees = `onTrue gives ${onTrue.structure}, onFalse ${onFalse.structure}`;
    throw new TreeError('cond', `the branches differ: ${trees}. Return the same tree from both.`);
  }
  onTrue.leaves.forEach((leaf, k) => {
    const other = onFalse.leaves[k] as Tensor; // same structure
    if (sameType(leaf, other)) return;
    const place = onTrue.paths[k]?.replace(/^onTrue\.?/, '') || 'the result';
    const types = `onTrue gives ${formatType(leaf)}, onFalse ${formatType(other)}`;
    throw new ShapeError('cond', `the branches differ at ${place}: ${types}. Give both one shape and dtype.`);
  });
}

/** Throws unless a condition is a tensor of type bool[]. */
export function checkPredicate(op: string, name: string, pred: unknown, otherwise: string): void {
  if (typeof pred === 'boolean') {
    throw new DTypeError(op, `${name} is a JavaScript boolean, not bool[]. Compare with an op, as in greater(x, 0).`);
  }
  const type = pred as Tensor; // or refused here
  checkTensor(op, type);
  if (type.dtype !== 'bool') {
    throw new DTypeError(op, `${name} is ${formatType(type)}, not bool[]. Compare, as in greater(x, 0).`);
  }
  if (type.shape.length > 0) {
    throw new ShapeError(op, `${name} is ${formatType(type)}, not bool[]. Reduce it with all or any, or ${otherwise}.`);
  }
}
