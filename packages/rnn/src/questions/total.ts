import { type OnTape, Recorded } from '@throughline/autograd';
import {
  ArgumentError,
  formatType,
  isDifferentiable,
  NotDifferentiableError,
  ShapeError,
  Tensor,
} from '@throughline/tensor';
import { LazyJacobian } from './jacobian.ts';
import { isLine, type Line, valuesOf } from './lines.ts';
import { describePlace, type Place, place } from './nodes.ts';

/** Nodes and whole lines, in any nesting. */
export type Holding = Tensor | Line | readonly Holding[] | { readonly [name: string]: Tensor | Line };

/**
 * ∂y/∂x between two values of a run, along every path from x to y.
 *
 * Shapes: y [B, …], x [B, …] → one matrix per row of the batch. Rows must not mix inside the cell. The initial states are
 * independent of each other. A value does not depend on a later one: then the Jacobian is zero.
 * @throws ArgumentError when y or x is not a value of a line, or they belong to different runs.
 * @example const { h } = unroll(rnn, rnn.init(key(1), { I: 1, H: 2 }), ones([3, 1, 1])).lines; total(h.at(2), h.at(1)).matrix().shape.join()   // 2,2
 */
export function total(y: Tensor, x: Tensor): LazyJacobian {
  return between('total', y, x, []);
}

/**
 * ∂y/∂x between two values of a run, with what is named in `holding` as constants: nodes, lines, or records of them.
 *
 * Held is every node of a held line that lies on a path from x to y, other than x and y themselves. So for an LSTM
 * `partial(c.at(t), c.at(t − 1), { holding: h })` is exactly diag(f[t]), which `total` is not.
 * @throws ArgumentError as `total`, and when something that is held is not of the same run.
 */
export function partial(y: Tensor, x: Tensor, options: { readonly holding: Holding }): LazyJacobian {
  if (options?.holding === undefined)
    throw new ArgumentError('partial', 'does not say what is held. Pass { holding: … }, or use total.');
  return between('partial', y, x, [options.holding]);
}

function between(op: string, y: Tensor, x: Tensor, holding: readonly Holding[]): LazyJacobian {
  const { tape, name, start } = endsOf(op, y, x);
  const names: string[] = [];
  const held = new Set<Recorded>();
  for (const { node, name: one } of holding.flatMap((value) => heldNodes(op, value, tape))) {
    if (!names.includes(one)) names.push(one);
    held.add(node);
  }
  const full = `${name}${names.length === 0 ? '' : ` | ${names.join(', ')}`}`;
  return new LazyJacobian(full, tape.sweep([y], [start], held), y, x);
}

/** The two ends of a question, checked. */
export interface Ends {
  readonly tape: OnTape<unknown>;
  /** `∂c[30]/∂c[29]` */
  readonly name: string;
  /** y and x, known to be recorded. */
  readonly end: Recorded;
  readonly start: Recorded;
}

/** Throws unless y and x are values of one run, with the batch as their first axis. */
export function endsOf(op: string, y: Tensor, x: Tensor): Ends {
  const [end, start] = [placeOf(op, 'y', y), placeOf(op, 'x', x)];
  const tape = end.tape();
  if (start.tape() !== tape)
    throw new ArgumentError(op, `${describePlace(end)} and ${describePlace(start)} belong to different runs.`);
  if (y.rank === 0 || x.rank === 0 || y.shape[0] !== x.shape[0]) {
    throw new ShapeError(op, `y is ${formatType(y)}, x is ${formatType(x)}: both need the batch as their first axis.`);
  }
  const name = `∂${describePlace(end)}/∂${describePlace(start)}`;
  return { tape, name, end: y as Recorded, start: x as Recorded }; // placeOf: they are recorded
}

/** The nodes behind lines and values that carry a derivative. @throws ArgumentError when one is of another run. */
export function heldNodes(
  op: string,
  holding: Holding,
  tape: OnTape<unknown>,
): { readonly node: Recorded; readonly name: string }[] {
  return nodesOf(op, holding).flatMap(({ node, name }) => {
    if (!(node instanceof Recorded)) return []; // integers carry no derivative
    if (place(node)?.tape() !== tape) throw new ArgumentError(op, `${name} is held, but belongs to another run.`);
    return [{ node, name }];
  });
}

function placeOf(op: string, role: string, value: Tensor): Place {
  const at = place(value);
  if (at === undefined) {
    const what = value instanceof Tensor ? formatType(value) : typeof value;
    throw new ArgumentError(
      op,
      `${role} is ${what}, not a value of a run. Take one from run.lines, as in run.lines.h.at(3).`,
    );
  }
  if (!isDifferentiable(value)) {
    throw new NotDifferentiableError(op, `${describePlace(at)} is ${formatType(value)}, which has no derivative.`);
  }
  if (!(value instanceof Recorded) || value.trace !== at.tape().tape)
    throw new ArgumentError(
      op,
      `${describePlace(at)} does not depend on anything in the run, so nothing can be differentiated there.`,
    );
  return at;
}

function nodesOf(op: string, holding: Holding): { readonly node: Tensor; readonly name: string }[] {
  if (holding instanceof Tensor) {
    const at = place(holding);
    if (at === undefined) throw new ArgumentError(op, `${formatType(holding)} is held, but is not a value of a run.`);
    return [{ node: holding, name: describePlace(at) }];
  }
  if (isLine(holding)) return valuesOf(holding).map((node) => ({ node, name: holding.name }));
  const parts: readonly Holding[] = Array.isArray(holding) ? holding : Object.values(holding as object); // an array or a record
  if (typeof holding !== 'object' || holding === null)
    throw new ArgumentError(op, `${String(holding)} cannot be held. Pass lines or their values.`);
  return parts.flatMap((part) => nodesOf(op, part));
}
