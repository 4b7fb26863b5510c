import type { Control, Equation, Kind, VarId } from '@throughline/autograd/back-end';
import { stridesOf } from '@throughline/tensor';
import type { Access, ContractKernel, Label } from '../plan/ir.ts';
import { DEAR } from '../transcendental.ts';
import { withStrides } from './access.ts';
import type { Block } from './block.ts';
import { lowerBranch } from './branch.ts';
import { lowerCall } from './call.ts';
import { viewed } from './expression.ts';
import { Graph } from './fusion.ts';
import { lowerScan } from './scan.ts';
import { lowerWhile } from './while.ts';

type Lower = (block: Block, equation: Equation) => void;

/** How each kind of primitive becomes kernels: the only place that knows all kinds. */
const lowerings: Readonly<Record<Kind, Lower>> = {
  map: (block, equation) => block.map(equation),
  view: (block, equation) => block.view(equation),
  reduce: lowerReduce,
  contract: lowerContract,
  gather: lowerGather,
  scatter: lowerScatter,
  structured: (block, equation) => {
    const { semantics } = equation.primitive;
    if (semantics.kind === 'structured') controls[semantics.control](block, equation);
  },
  recurrence: lowerRecurrence,
  host: lowerHost,
};

export const lowerEquation: Lower = (block, equation) => lowerings[equation.primitive.semantics.kind](block, equation);

const controls: Readonly<Record<Control, Lower>> = {
  scan: lowerScan,
  while: lowerWhile,
  branch: lowerBranch,
  call: lowerCall,
};

const only = (ids: readonly VarId[]): VarId => ids[0] as VarId; // of what has one
const placesOf = (block: Block, ids: readonly VarId[]): [Access, Access, Access?] =>
  ids.map((id) => block.place(id)) as [Access, Access, Access?]; // of what has two operands or three
const pick = <T>(list: readonly T[], places: readonly number[]): T[] => places.map((i) => list[i] as T); // places are within

function lowerReduce(block: Block, equation: Equation): void {
  const { primitive, inputs, outputs, params } = equation;
  if (primitive.semantics.kind !== 'reduce') return;
  const { combine } = primitive.semantics;
  const id = only(inputs);
  const { shape } = block.type(id);
  const axes = (params.axes as readonly number[]).map((axis) => (axis < 0 ? axis + shape.length : axis)); // what `reduce` says of params
  const rest = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const reduced = axes.toSorted((a, b) => a - b);
  const order = [...rest, ...reduced];
  const operand = block.read(id);
  if (operand.kind === 'op' && (operand.cost > DEAR || block.homes.needed.has(id))) {
    if (operand.cost > DEAR) block.note(equation, 'summed');
    block.place(id);
  } else block.placeWaiting(operand);
  const seen = viewed(operand, pick(shape, order), (access) => withStrides(access, pick(access.strides, order)));
  const graph = new Graph();
  const node = graph.node(seen ?? operand); // strides can always be put in another order
  const out = block.homeOf(only(outputs));
  const space = { kept: pick(shape, rest), reduced: pick(shape, reduced) };
  block.push(
    { kind: 'reduce', combine, ...space, nodes: graph.nodes, node, out, origins: [...graph.origins] },
    equation,
  );
  block.define(only(outputs), out);
}

function lowerContract(block: Block, equation: Equation): void {
  const { inputs, outputs, params } = equation;
  const lists = params as unknown as { readonly [list in 'a' | 'b' | 'out']: readonly number[] }; // what `contract` says of params
  const [a, b] = placesOf(block, inputs);
  const out = block.homeOf(only(outputs));
  const shapes = [block.type(inputs[0] as VarId).shape, block.type(inputs[1] as VarId).shape]; // as above
  const labelOf = (label: number): Label => {
    const at = { a: lists.a.indexOf(label), b: lists.b.indexOf(label), out: lists.out.indexOf(label) };
    const extent = at.a >= 0 ? shapes[0]?.[at.a] : shapes[1]?.[at.b];
    const stride = ({ strides }: Access, axis: number): number => (axis < 0 ? 0 : (strides[axis] ?? 0));
    return { extent: extent ?? 1, a: stride(a, at.a), b: stride(b, at.b), out: stride(out, at.out) };
  };
  const kernel: ContractKernel = {
    kind: 'contract',
    dtype: block.type(only(outputs)).dtype,
    kept: lists.out.map(labelOf),
    summed: lists.a.filter((label) => !lists.out.includes(label)).map(labelOf),
    a: withStrides(a, []),
    b: withStrides(b, []),
    out: withStrides(out, []),
  };
  block.push(kernel, equation);
  block.define(only(outputs), out);
}

/** Strides of an operand whose axis has become the axes of the indices. */
const around = (strides: readonly number[], axis: number, rank: number): number[] => [
  ...strides.slice(0, axis),
  ...new Array<number>(rank).fill(0),
  ...strides.slice(axis + 1),
];

/** Strides of the indices in a space that has their axes at `axis`. */
const inside = (strides: readonly number[], axis: number, rank: number): number[] => [
  ...new Array<number>(axis).fill(0),
  ...strides,
  ...new Array<number>(rank - axis - strides.length).fill(0),
];

function lowerGather(block: Block, equation: Equation): void {
  const { inputs, outputs, params } = equation;
  const [x, indices] = placesOf(block, inputs);
  const axis = params.axis as number; // what `gather` says of params
  const { shape, dtype } = block.type(only(outputs));
  const extent = block.type(only(inputs)).shape[axis] ?? 0;
  const rank = block.type(inputs[1] as VarId).shape.length; // as above
  const out = block.homeOf(only(outputs));
  const read = withStrides(x, around(x.strides, axis, rank));
  const at = withStrides(indices, inside(indices.strides, axis, shape.length));
  const move = { stride: x.strides[axis] ?? 0, extent, trap: block.lowering.trap() };
  block.push({ kind: 'gather', dtype, shape, x: read, indices: at, out, ...move }, equation);
  block.define(only(outputs), out);
}

function lowerScatter(block: Block, equation: Equation): void {
  const { inputs, outputs, params } = equation;
  const [updates, indices] = placesOf(block, inputs);
  const { axis, extent } = params as unknown as { axis: number; extent: number }; // what `scatter` says of params
  const result = block.type(only(outputs));
  const { shape } = block.type(only(inputs));
  const rank = block.type(inputs[1] as VarId).shape.length; // as above
  const out = block.lowering.buffer(result); // contiguous, since it is cleared first
  const strides = stridesOf(result.shape);
  const target = result.shape.reduce((size, one) => size * one, 1);
  block.push(
    {
      kind: 'scatter',
      dtype: result.dtype,
      shape,
      target,
      updates,
      indices: withStrides(indices, inside(indices.strides, axis, shape.length)),
      out: withStrides(out, around(strides, axis, rank)),
      stride: strides[axis] ?? 0,
      extent,
      trap: block.lowering.trap(),
    },
    equation,
  );
  block.define(only(outputs), out);
}

function lowerRecurrence(block: Block, equation: Equation): void {
  const { inputs, outputs, params } = equation;
  const [a, b, from] = placesOf(block, inputs);
  const { shape, dtype } = block.type(only(outputs));
  const out = block.homeOf(only(outputs));
  const start = from && { from: withStrides(from, [0, ...from.strides]) };
  block.push({ kind: 'recurrence', dtype, shape, reverse: params.reverse === true, a, b, ...start, out }, equation);
  block.define(only(outputs), out);
}

function lowerHost(block: Block, equation: Equation): void {
  const { primitive, inputs, outputs, params } = equation;
  const given = inputs.map((id) => ({ access: block.dense(block.read(id)), type: block.type(id) }));
  const results = outputs.map((id) => ({ access: block.lowering.buffer(block.type(id)), type: block.type(id) }));
  block.push({ kind: 'host', primitive, params, inputs: given, outputs: results }, equation);
  outputs.forEach((id, k) => {
    block.define(id, (results[k] as { access: Access }).access); // one per output
  });
}
