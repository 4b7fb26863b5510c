import { type Equation, known, type ScalarOp, type VarId } from '@throughline/autograd/back-end';
import { Concrete, dtypes, type TensorType } from '@throughline/tensor';
import type { Pass } from './pass.ts';
import { type Application, type Graph, peephole, uniform } from './peephole.ts';

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
  if (folded > 0) say?.(`${folded} ${folded === 1 ? 'value depends' : 'values depend'} on constants alone`);
  if (dropped > 0) say?.(`${dropped} ${dropped === 1 ? 'map changes' : 'maps change'} nothing`);
  return after;
};

/** The operand that a map gives back bit for bit. */
function unchanged({ primitive, inputs, params }: Application, graph: Graph): VarId | undefined {
  const { semantics } = primitive;
  if (semantics.kind !== 'map') return undefined;
  const { expression } = semantics;
  if ('input' in expression) return inputs[expression.input];
  const operands = operandsOf({ primitive, inputs });
  if (!('op' in expression) || operands === null) return undefined;
  const [x, y, z] = operands;
  if (expression.op === 'cast') {
    const [result] = primitive.infer(
      inputs.map((id) => graph.type(id)),
      params,
    );
    return x !== undefined && graph.type(x).dtype === result?.dtype ? x : undefined;
  }
  return unchangedBy(expression.op, [x, y, z], graph);
}

type Operands = readonly (VarId | undefined)[];

function unchangedBy(op: ScalarOp, [x, y, z]: Operands, graph: Graph): VarId | undefined {
  const at = (id: VarId | undefined): number | undefined =>
    id === undefined ? undefined : uniform(id, graph)?.storage[0];
  /** What adds nothing: for floats −0 alone, since 0 + −0 is 0. */
  const isNothing = (id: VarId | undefined): boolean =>
    id !== undefined && (graph.type(id).dtype === 'int32' ? at(id) === 0 : Object.is(at(id), -0));
  switch (op) {
    case 'mul':
      return at(y) === 1 ? x : at(x) === 1 ? y : undefined;
    case 'div':
      return at(y) === 1 ? x : undefined;
    case 'sub':
      return Object.is(at(y), 0) ? x : undefined;
    case 'add':
      return isNothing(y) ? x : isNothing(x) ? y : undefined;
    case 'neg':
      return x === undefined ? undefined : negated(graph.maker(x));
    case 'select': {
      const condition = at(x);
      return y === z || (condition !== undefined && condition !== 0) ? y : condition === 0 ? z : undefined;
    }
    default:
      return undefined;
  }
}

/** The operands of a map that is one operation, in its order. */
function operandsOf({ primitive, inputs }: Pick<Equation, 'primitive' | 'inputs'>): Operands | null {
  const { semantics } = primitive;
  if (semantics.kind !== 'map' || !('op' in semantics.expression)) return null;
  const { args } = semantics.expression;
  return args.every((arg) => 'input' in arg) ? args.map((arg) => inputs[arg.input]) : null;
}

const negated = (maker: Equation | undefined): VarId | undefined => {
  const semantics = maker?.primitive.semantics;
  const isNeg = semantics?.kind === 'map' && 'op' in semantics.expression && semantics.expression.op === 'neg';
  return maker !== undefined && isNeg ? operandsOf(maker)?.[0] : undefined;
};

/** A map of repeated numbers, as one number repeated. */
function repeated({ primitive, inputs, params }: Application, graph: Graph): readonly VarId[] | null {
  if (primitive.semantics.kind !== 'map' || inputs.length === 0) return null;
  const { shape } = graph.type(inputs[0] as VarId); // it has operands, all of one shape
  const scalars: Concrete[] = [];
  for (const id of inputs) {
    const value = uniform(id, graph);
    if (value === undefined) return null;
    scalars.push(new Concrete(value.storage.slice(0, 1), value.dtype, []));
  }
  const [value] = primitive.eval(scalars, params);
  if (value === undefined) return null;
  const held = graph.hold(value);
  return [shape.length === 0 ? held : graph.apply(known.broadcastTo, [held], { shape })];
}

/** What a kernel makes of constants. */
function computed({ primitive, inputs, params }: Application, graph: Graph): readonly VarId[] | null {
  const { kind } = primitive.semantics;
  if (kind === 'structured' || inputs.length === 0) return null;
  const values: Concrete[] = [];
  for (const id of inputs) {
    const value = graph.constant(id);
    if (value === undefined || bytes(value) > LARGEST) return null;
    values.push(value);
  }
  const types = inputs.map((id) => graph.type(id));
  const results = primitive.infer(types, params);
  const size = (list: readonly TensorType[]): number => list.reduce((sum, type) => sum + bytes(type), 0);
  if (size(results) > LARGEST || (kind === 'view' && size(results) > size(types))) return null;
  try {
    return primitive.eval(values, params).map((value) => graph.hold(value));
  } catch {
    return null; // as an index out of range: it is an error when the Program runs
  }
}

const bytes = ({ dtype, shape }: TensorType): number => shape.reduce((n, extent) => n * extent, dtypes[dtype].bytes);
