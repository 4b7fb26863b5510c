import { type AnyPrimitive, type Equation, known, type VarId } from '@throughline/autograd/back-end';
import { type Shape, sameShape } from '@throughline/tensor';
import { foldConcat, foldPart, foldSplit } from './fold-joins.ts';
import { type Labels, labelsOf, summedOf } from './labels.ts';
import type { Pass } from './pass.ts';
import { type Application, type Graph, peephole, type Rule } from './peephole.ts';
import { type Ranges, takesAll } from './ranges.ts';
import { usesOf } from './rank.ts';

/**
 * Views of views become one view, or none (exact): reshapes, transposes, broadcasts and slices of their like; slices and
 * splits of joined parts are those parts; joined neighbours are what they were cut from. A transpose of a product's
 * operand or result is an order of its labels.
 */
export const views: Pass = (program, say) => {
  const uses = usesOf(program);
  const rule: Rule = (equation, graph) => {
    const results = rules.get(equation.primitive)?.(equation, graph, uses) ?? null;
    return typeof results === 'number' ? [results] : results;
  };
  return peephole(program, rule, say);
};

/** What stands for an equation: one variable, or one for each result. */
type Fold = (equation: Application, graph: Graph, uses: readonly number[]) => VarId | readonly VarId[] | null;

const rules = new Map<AnyPrimitive, Fold>([
  [known.reshape, foldReshape],
  [known.transpose, foldTranspose],
  [known.broadcastTo, foldBroadcast],
  [known.slice, (equation, graph) => foldSlice(equation, graph) ?? foldPart(equation, graph)],
  [known.split, foldSplit],
  [known.concat, foldConcat],
  [known.contract, foldContract],
]);

/** The one operand of a view. */
const source = ({ inputs }: Pick<Equation, 'inputs'>): VarId => inputs[0] as VarId; // views have one

/** Who made a variable, if it was this primitive. */
const madeBy = (id: VarId, primitive: Equation['primitive'], graph: Graph): Equation | undefined => {
  const maker = graph.maker(id);
  return maker?.primitive === primitive ? maker : undefined;
};

const shapeIn = (params: Equation['params']): Shape => params.shape as Shape; // of reshape and broadcastTo
const permutationIn = (params: Equation['params']): readonly number[] => params.permutation as readonly number[]; // of transpose

function foldReshape({ inputs, params }: Application, graph: Graph): VarId | null {
  const x = source({ inputs });
  const shape = shapeIn(params);
  if (sameShape(graph.type(x).shape, shape)) return x;
  const inner = madeBy(x, known.reshape, graph);
  if (inner !== undefined) return graph.apply(known.reshape, inner.inputs, { shape });
  const repeat = madeBy(x, known.broadcastTo, graph);
  if (repeat === undefined || graph.type(source(repeat)).shape.length > 0) return null;
  return graph.apply(known.broadcastTo, repeat.inputs, { shape });
}

function foldTranspose({ inputs, params }: Application, graph: Graph, uses: readonly number[]): VarId | null {
  const x = source({ inputs });
  const { shape } = graph.type(x);
  const order = permutationIn(params);
  if (order.every((axis, i) => axis === i)) return x;
  const moved = order.filter((axis) => shape[axis] !== 1);
  // Only axes of one index move: the elements stay in their order.
  if (moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number))) {
    return graph.apply(known.reshape, [x], { shape: order.map((axis) => shape[axis] as number) }); // a permutation of the axes
  }
  const inner = madeBy(x, known.transpose, graph);
  if (inner !== undefined) {
    const first = permutationIn(inner.params);
    return graph.apply(known.transpose, inner.inputs, { permutation: order.map((axis) => first[axis] as number) }); // as above
  }
  const product = madeBy(x, known.contract, graph);
  if (product === undefined || uses[x] !== 1) return null;
  const { a, b, out } = labelsOf(product.params);
  return graph.apply(known.contract, product.inputs, { a, b, out: order.map((axis) => out[axis] as number) }); // as above
}

function foldBroadcast({ inputs, params }: Application, graph: Graph): VarId | null {
  const x = source({ inputs });
  const { shape } = graph.type(x);
  const target = shapeIn(params);
  if (sameShape(shape, target)) return x;
  const inner = madeBy(x, known.broadcastTo, graph);
  if (inner !== undefined) return graph.apply(known.broadcastTo, inner.inputs, { shape: target });
  const reshaped = madeBy(x, known.reshape, graph);
  // Leading axes of one index come by themselves.
  if (reshaped === undefined) return null;
  const own = graph.type(source(reshaped)).shape;
  const lead = shape.length - own.length;
  const adds = lead > 0 && shape.every((extent, axis) => extent === (axis < lead ? 1 : own[axis - lead]));
  return adds ? graph.apply(known.broadcastTo, reshaped.inputs, { shape: target }) : null;
}

function foldSlice({ inputs, params }: Application, graph: Graph): VarId | null {
  const x = source({ inputs });
  const { shape } = graph.type(x);
  const { starts, stops, steps } = rangesIn(params);
  if (shape.every((_, axis) => takesAll(rangesIn(params), shape, axis))) return x;
  const inner = madeBy(x, known.slice, graph);
  if (inner === undefined) return null;
  const first = rangesIn(inner.params);
  const axes = shape.map((_, axis) => {
    const [start, stop, step] = [starts[axis] as number, stops[axis] as number, steps[axis] as number]; // one per axis
    const [from, by] = [first.starts[axis] as number, first.steps[axis] as number]; // as above
    const count = Math.ceil((stop - start) / step);
    // Nothing may begin after the end of what it is cut from.
    if (count === 0) return { start: from, stop: from, step: 1 };
    return { start: from + start * by, stop: from + (start + (count - 1) * step) * by + 1, step: step * by };
  });
  return graph.apply(known.slice, inner.inputs, {
    starts: axes.map(({ start }) => start),
    stops: axes.map(({ stop }) => stop),
    steps: axes.map(({ step }) => step),
  });
}

const rangesIn = (params: Equation['params']): Ranges => params as unknown as Ranges; // a slice's params are these

/** Transposed operands: the labels in the order of what was transposed. */
function foldContract({ inputs, params }: Application, graph: Graph): VarId | null {
  const labels = labelsOf(params);
  const [x, y] = inputs as [VarId, VarId]; // a contract has two operands
  const a = before(x, labels.a, graph);
  const b = before(y, labels.b, graph);
  // The sum runs over labels in the order in which a lists them, and must go on doing so.
  const order = (list: readonly number[], id: VarId): string => summedOf(list, graph.type(id).shape, labels.out).join();
  const keepsA = a !== null && order(a.labels, a.id) === order(labels.a, x);
  if (!keepsA && b === null) return null;
  const next: Labels = { a: keepsA ? a.labels : labels.a, b: b?.labels ?? labels.b, out: labels.out };
  return graph.apply(known.contract, [keepsA ? a.id : x, b?.id ?? y], { ...next });
}

/** The operand that was transposed to give this one, with the labels of its axes. */
function before(id: VarId, labels: readonly number[], graph: Graph): { id: VarId; labels: readonly number[] } | null {
  const maker = madeBy(id, known.transpose, graph);
  if (maker === undefined) return null;
  const order = permutationIn(maker.params);
  return { id: source(maker), labels: order.map((_, axis) => labels[order.indexOf(axis)] as number) }; // each axis stands once
}
