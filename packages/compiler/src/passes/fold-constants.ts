import { known, type VarId } from '@throughline/autograd/back-end';
import type { Concrete, TensorType } from '@throughline/tensor';
import type { Pass } from './pass.ts';
import { type Application, type Graph, peephole, uniform } from './peephole.ts';
import { bytesOf, operationOf } from './rank.ts';
import { scalarOf } from './repeated-constants.ts';

/** The bytes of the largest results and operands that are computed beforehand. */
const LARGEST = 65_536;

/**
 * What depends on constants alone is computed now, by the reference kernels (exact): values up to 64 kB, no loops. What
 * repeats a number stays a broadcast of a number. And what changes no bit, whatever the bits, goes: x · 1, x / 1, x − 0,
 * x + −0, −(−x), where(c, x, x), a cast to the dtype it has, the identity.
 */
export const foldConstants: Pass = (program, say) => {
  let folded = 0;
  let dropped = 0;
  const after = peephole(program, (equation, graph) => {
    const same = unchanged(equation, graph);
    if (same !== undefined) {
      dropped++;
      return [same];
    }
    const values = repeated(equation, graph) ?? computed(equation, graph);
    if (values !== null) folded++;
    return values;
  });
  if (after !== program) say?.(folded, dropped);
  return after;
};

/** The operand that a map gives back bit for bit. */
function unchanged(equation: Application, graph: Graph): VarId | undefined {
  const { primitive, inputs, params } = equation;
  const { semantics } = primitive;
  if (semantics.kind === 'map' && 'input' in semantics.expression) return inputs[semantics.expression.input];
  const { op, operands } = operationOf(equation);
  const [x, y, z] = operands;
  const at = (id: VarId | undefined): number | undefined =>
    id === undefined ? undefined : uniform(id, graph)?.storage[0];
  /** What adds nothing: for floats −0 alone, since 0 + −0 is 0. */
  const isNothing = (id: VarId | undefined): boolean =>
    id !== undefined && (graph.type(id).dtype === 'int32' ? at(id) === 0 : Object.is(at(id), -0));
  switch (op) {
    case 'cast': {
      const [result] = primitive.infer(inputs.map(graph.type), params);
      return x !== undefined && graph.type(x).dtype === result?.dtype ? x : undefined;
    }
    case 'mul':
      return at(y) === 1 ? x : at(x) === 1 ? y : undefined;
    case 'div':
      return at(y) === 1 ? x : undefined;
    case 'sub':
      return Object.is(at(y), 0) ? x : undefined;
    case 'add':
      return isNothing(y) ? x : isNothing(x) ? y : undefined;
    case 'neg': {
      const maker = x === undefined ? undefined : graph.maker(x);
      const inner = maker && operationOf(maker);
      return inner?.op === op ? inner.operands[0] : undefined;
    }
    case 'select': {
      const condition = at(x);
      return y === z || (condition !== undefined && condition !== 0) ? y : condition === 0 ? z : undefined;
    }
    default:
      return undefined;
  }
}

/** What all operands are, if all are known. */
function valuesOf(inputs: readonly VarId[], find: (id: VarId) => Concrete | undefined): readonly Concrete[] | null {
  const values = inputs.map(find).filter((value) => value !== undefined);
  return values.length > 0 && values.length === inputs.length ? values : null;
}

/** A map of repeated numbers, as one number repeated. */
function repeated({ primitive, inputs, params }: Application, graph: Graph): readonly VarId[] | null {
  const numbers = primitive.semantics.kind === 'map' ? valuesOf(inputs, (id) => uniform(id, graph)) : null;
  const [value] = numbers === null ? [] : primitive.eval(numbers.map(scalarOf), params);
  if (value === undefined) return null;
  const { shape } = graph.type(inputs[0] as VarId); // it has operands, all of one shape
  const held = graph.hold(value);
  return [shape.length === 0 ? held : graph.apply(known.broadcastTo, [held], { shape })];
}

/** What a kernel makes of constants. */
function computed({ primitive, inputs, params }: Application, graph: Graph): readonly VarId[] | null {
  const { kind } = primitive.semantics;
  if (kind === 'structured') return null;
  const small = (id: VarId): Concrete | undefined => {
    const value = graph.constants.get(id);
    return value !== undefined && bytesOf(value) <= LARGEST ? value : undefined;
  };
  const values = valuesOf(inputs, small);
  if (values === null) return null;
  const size = (list: readonly TensorType[]): number => list.reduce((sum, type) => sum + bytesOf(type), 0);
  const after = size(primitive.infer(values, params));
  if (after > LARGEST || (kind === 'view' && after > size(values))) return null;
  try {
    return primitive.eval(values, params).map(graph.hold);
  } catch {
    return null; // as an index out of range: it is an error when the Program runs
  }
}
