import type { Control, Equation, Kind, VarId } from '@throughline/autograd/back-end';
import { type Shape, sizeOf } from '@throughline/tensor';
import { labelsOf } from '../passes/labels.ts';
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

const only = <T>(list: readonly T[]): T => list[0] as T; // of what has one
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
  const origins = [...graph.origins];
  block.push({ kind: 'reduce', combine, ...space, nodes: graph.nodes, node, out, origins }, equation, [out]);
}

function lowerContract(block: Block, equation: Equation): void {
  const { inputs, outputs, params } = equation;
  const lists = labelsOf(params);
  const [a, b] = placesOf(block, inputs);
  const out = block.homeOf(only(outputs));
  const [first, second] = inputs.map((id) => block.type(id).shape);
  const labelOf = (label: number): Label => {
    const at = { a: lists.a.indexOf(label), b: lists.b.indexOf(label), out: lists.out.indexOf(label) };
    const extent = first?.[at.a] ?? second?.[at.b] ?? 1;
    return { extent, a: a.strides[at.a] ?? 0, b: b.strides[at.b] ?? 0, out: out.strides[at.out] ?? 0 };
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
  block.push(kernel, equation, [out]);
}

/** What a gather reads of x or a scatter writes of its result: `whole`, with one axis where `shape` has those of the indices. */
function indexed(block: Block, { params }: Equation, whole: Access, id: VarId, indices: Access, shape: Shape) {
  const axis = params.axis as number; // what `gather` and `scatter` say of params
  const rank = indices.strides.length;
  const zeros = (count: number): number[] => new Array<number>(count).fill(0);
  const { strides } = whole;
  const around = [...strides.slice(0, axis), ...zeros(rank), ...strides.slice(axis + 1)];
  const inside = [...zeros(axis), ...indices.strides, ...zeros(shape.length - axis - rank)];
  return {
    shape,
    whole: withStrides(whole, around),
    indices: withStrides(indices, inside),
    stride: strides[axis] ?? 0,
    extent: block.type(id).shape[axis] ?? 0,
    trap: block.lowering.trap(),
  };
}

function lowerGather(block: Block, equation: Equation): void {
  const [id, result] = [only(equation.inputs), only(equation.outputs)];
  const [from, indices] = placesOf(block, equation.inputs);
  const { shape, dtype } = block.type(result);
  const out = block.homeOf(result);
  const { whole: x, ...rest } = indexed(block, equation, from, id, indices, shape);
  block.push({ kind: 'gather', dtype, x, out, ...rest }, equation, [out]);
}

function lowerScatter(block: Block, equation: Equation): void {
  const [id, result] = [only(equation.inputs), only(equation.outputs)];
  const [updates, indices] = placesOf(block, equation.inputs);
  const type = block.type(result);
  const to = block.lowering.buffer(type); // contiguous, since it is cleared first
  const { whole: out, ...rest } = indexed(block, equation, to, result, indices, block.type(id).shape);
  const target = sizeOf(type.shape);
  block.push({ kind: 'scatter', dtype: type.dtype, target, updates, out, ...rest }, equation, [to]);
}

function lowerRecurrence(block: Block, equation: Equation): void {
  const { inputs, outputs, params } = equation;
  const [a, b, from] = placesOf(block, inputs);
  const { shape, dtype } = block.type(only(outputs));
  const out = block.homeOf(only(outputs));
  const start = from && { from: withStrides(from, [0, ...from.strides]) };
  const reverse = params.reverse === true;
  block.push({ kind: 'recurrence', dtype, shape, reverse, a, b, ...start, out }, equation, [out]);
}

function lowerHost(block: Block, equation: Equation): void {
  const { primitive, inputs, outputs, params } = equation;
  const given = inputs.map((id) => ({ access: block.dense(block.read(id)), type: block.type(id) }));
  const results = outputs.map((id) => ({ access: block.lowering.buffer(block.type(id)), type: block.type(id) }));
  const places = results.map(({ access }) => access);
  block.push({ kind: 'host', primitive, params, inputs: given, outputs: results }, equation, places);
}
