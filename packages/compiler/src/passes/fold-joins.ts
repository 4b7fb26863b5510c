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

/** A slice of joined parts is what lies there. */
export function foldPart(equation: Application, graph: Graph): VarId | null {
  const range = rangeOf(equation, 0, graph);
  return range && partOf(range, graph);
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

/** What lies in a range of joined parts: a part, or a range of one, or several joined. */
function partOf({ id, axis, start, stop }: Range, graph: Graph): VarId | null {
  const maker = graph.maker(id);
  if (maker?.primitive !== known.concat || axisOf(maker) !== axis) return null;
  const parts: VarId[] = [];
  let at = 0;
  for (const part of maker.inputs) {
    const [from, to] = [Math.max(start, at) - at, Math.min(stop - at, extentOf(part, axis, graph))];
    if (from < to) parts.push(take({ id: part, axis, start: from, stop: to }, graph));
    at += extentOf(part, axis, graph);
  }
  return parts.length > 1 ? graph.apply(known.concat, parts, { axis }) : (parts[0] ?? null);
}

/** A range of one axis, or the variable itself where that is all of it. */
function take({ id, axis, start, stop }: Range, graph: Graph): VarId {
  const { shape } = graph.type(id);
  if (start === 0 && stop === shape[axis]) return id;
  return graph.apply(known.slice, [id], { ...rangeAlong(shape, axis, start, stop) });
}

/** A split of joined parts gives those parts, unless it cuts them otherwise than they were joined; one into one part, what it splits. */
export function foldSplit(equation: Application, graph: Graph): readonly VarId[] | null {
  const { inputs, params } = equation;
  const sizes = params.sizes as readonly number[]; // of split
  if (sizes.length === 1) return inputs;
  const parts = sizes.map((_, k) => partOf(rangeOf(equation, k, graph) as Range, graph)); // a split has ranges
  return parts.every((part) => part !== null && graph.maker(part)?.primitive !== known.concat)
    ? (parts as VarId[])
    : null; // none is null
}

/** Joined joins are one; empty parts go; neighbouring ranges of one variable are one range of it. */
export function foldConcat({ inputs, params }: Application, graph: Graph): readonly VarId[] | null {
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
  const maker = graph.maker(id);
  const range = maker && rangeOf(maker, maker.outputs.indexOf(id), graph);
  return range?.axis === axis ? range : { id, axis, start: 0, stop: extentOf(id, axis, graph) };
}
