/** @file Parts of wholes and wholes of parts: concat, split and slices along one axis. */
import { type Equation, known, type VarId } from '@throughline/autograd/back-end';
import type { Application, Graph } from './peephole.ts';
import { rangeAlong, rangesOf, takesAll } from './ranges.ts';

/** Indices from `start` up to `stop` of one axis of a variable. */
interface Range {
  readonly id: VarId;
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
}

/** What concat, split and slice come to when parts meet their wholes; null where they do not. */
export function foldJoins(equation: Application, graph: Graph): readonly VarId[] | null {
  const { primitive } = equation;
  if (primitive === known.concat) return foldConcat(equation, graph);
  if (primitive === known.split) return foldSplit(equation, graph);
  if (primitive !== known.slice) return null;
  const range = rangeOf(equation, 0, graph);
  const part = range === null ? null : partOf(range, graph);
  return part === null ? null : [part];
}

const axisOf = ({ params }: Pick<Equation, 'params'>): number => params.axis as number; // of concat and split

const extentOf = (id: VarId, axis: number, graph: Graph): number => graph.type(id).shape[axis] ?? 0;

/** What a slice or a split's k-th result takes, when that is a range of one axis. */
function rangeOf(equation: Application, k: number, graph: Graph): Range | null {
  const id = equation.inputs[0] as VarId; // both have one operand
  const { shape } = graph.type(id);
  const ranges = rangesOf(equation, k, shape);
  if (ranges === null || ranges.steps.some((step) => step !== 1)) return null;
  const cut = shape.flatMap((_, axis) => (takesAll(ranges, shape, axis) ? [] : [axis]));
  const axis = equation.primitive === known.split ? axisOf(equation) : cut.length === 1 ? cut[0] : undefined;
  if (axis === undefined) return null;
  return { id, axis, start: ranges.starts[axis] as number, stop: ranges.stops[axis] as number }; // it is an axis
}

/** The range that a variable is of another, if it is one. */
function rangeAt(id: VarId, graph: Graph): Range | null {
  const maker = graph.maker(id);
  return maker === undefined ? null : rangeOf(maker, maker.outputs.indexOf(id), graph);
}

/** What lies in a range of joined parts, or of a part of something: a part, or a range of one. */
function partOf({ id, axis, start, stop }: Range, graph: Graph): VarId | null {
  const maker = graph.maker(id);
  if (maker === undefined) return null;
  if (maker.primitive === known.concat && axisOf(maker) === axis) {
    const inside: { id: VarId; from: number; to: number }[] = [];
    let at = 0;
    for (const part of maker.inputs) {
      const end = at + extentOf(part, axis, graph);
      const [from, to] = [Math.max(start, at), Math.min(stop, end)];
      if (from < to) inside.push({ id: part, from: from - at, to: to - at });
      at = end;
    }
    if (inside.length === 0) return null;
    const parts = inside.map(({ id: part, from, to }) => take({ id: part, axis, start: from, stop: to }, graph));
    return parts.length === 1 ? (parts[0] as VarId) : graph.apply(known.concat, parts, { axis }); // length 1
  }
  if (maker.primitive !== known.split || axisOf(maker) !== axis) return null;
  const outer = rangeAt(id, graph);
  return outer && take({ ...outer, start: outer.start + start, stop: outer.start + stop }, graph);
}

/** A range of one axis, or the variable itself where that is all of it. */
function take({ id, axis, start, stop }: Range, graph: Graph): VarId {
  const { shape } = graph.type(id);
  if (start === 0 && stop === shape[axis]) return id;
  return graph.apply(known.slice, [id], { ...rangeAlong(shape, axis, start, stop) });
}

/** A split of joined parts gives those parts; one into one part, what it splits. */
function foldSplit(equation: Application, graph: Graph): readonly VarId[] | null {
  const { inputs, params } = equation;
  const sizes = params.sizes as readonly number[]; // of split
  if (sizes.length === 1) return inputs;
  const maker = graph.maker(inputs[0] as VarId); // it has one operand
  if (maker === undefined || (maker.primitive !== known.concat && maker.primitive !== known.split)) return null;
  if (axisOf(maker) !== params.axis || sizes.includes(0)) return null;
  if (maker.primitive === known.concat && !cutsAlike(maker, sizes, graph)) return null;
  const parts = sizes.map((_, k) => partOf(rangeOf(equation, k, graph) as Range, graph)); // a split has ranges
  return parts.every((part) => part !== null) ? parts : null;
}

/** Whether a split's cuts all lie between operands of a concat. */
function cutsAlike({ inputs, params }: Equation, sizes: readonly number[], graph: Graph): boolean {
  const ends = new Set(endsOf(inputs.map((id) => extentOf(id, params.axis as number, graph)))); // of concat
  return endsOf(sizes).every((end) => ends.has(end));
}

/** Where each of some parts that lie side by side ends. */
const endsOf = (sizes: readonly number[]): number[] => {
  let end = 0;
  return sizes.map((size) => (end += size));
};

/** Joined joins are one; empty parts go; neighbouring ranges of one variable are one range of it. */
function foldConcat({ inputs, params }: Application, graph: Graph): readonly VarId[] | null {
  const axis = params.axis as number; // of concat
  if (inputs.length === 1) return inputs;
  const flat = inputs.flatMap((id) => {
    const maker = graph.maker(id);
    return maker?.primitive === known.concat && axisOf(maker) === axis ? maker.inputs : [id];
  });
  const full = flat.filter((id) => extentOf(id, axis, graph) > 0);
  const runs: { range: Range; readonly part: VarId; joined: boolean }[] = [];
  for (const id of full.length === 0 ? flat.slice(0, 1) : full) {
    const range = rangeIn(id, axis, graph);
    const last = runs.at(-1);
    if (last === undefined || last.range.id !== range.id || last.range.stop !== range.start) {
      runs.push({ range, part: id, joined: false });
    } else {
      last.range = { ...last.range, stop: range.stop };
      last.joined = true;
    }
  }
  const parts = runs.map(({ range, part, joined }) => (joined ? take(range, graph) : part));
  if (parts.length === inputs.length && parts.every((id, i) => id === inputs[i])) return null;
  return parts.length === 1 ? parts : [graph.apply(known.concat, parts, { axis })];
}

/** The range of another variable that a variable is, along this axis; all of itself, if none. */
function rangeIn(id: VarId, axis: number, graph: Graph): Range {
  const range = rangeAt(id, graph);
  if (range !== null && range.axis === axis) return range;
  return { id, axis, start: 0, stop: extentOf(id, axis, graph) };
}
