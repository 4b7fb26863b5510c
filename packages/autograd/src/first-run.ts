/** @file Functions that will be run again: what they use from outside is found when they run for the first time. */
import { ArgumentError, formatType, type Tensor } from '@throughline/tensor';
import { depth, type Substitution, substituting } from './bind.ts';
import { Batched, settle, Traced } from './value.ts';

/** What became of a function that ran for the first time: its results, and the same function of explicit operands. */
export interface FirstRun {
  readonly outputs: readonly Tensor[];
  /** The arguments, then the values from outside that it used. */
  readonly operands: readonly Tensor[];
  /** The function of these operands, whenever it runs. */
  again(operands: readonly Tensor[], f?: (args: readonly Tensor[]) => readonly Tensor[]): readonly Tensor[];
}

/**
 * Runs `f` on the numbers of its arguments, with nothing recorded, and notes which values of running transforms it uses
 * beside them: its captures, which are operands from then on. `op` is named when a later run uses others.
 */
export function runFirst(
  op: string,
  f: (args: readonly Tensor[]) => readonly Tensor[],
  args: readonly Tensor[],
): FirstRun {
  const level = depth();
  const captured: Tensor[] = [];
  /** What a value from outside stands for: an operand, by its place among the captures, or a constant. */
  const places = new Map<Tensor, number | Tensor>();
  const capture = (outer: Substitution | null) => ({
    level,
    resolve(x: Traced): Tensor {
      const place = places.get(x);
      if (place !== undefined) return typeof place === 'number' ? (captured[place] as Tensor).concrete(op) : place; // a place of captured
      const y = outer === null ? settle(x) : outer.resolve(x);
      if (y instanceof Traced && y.trace.level > level) return y;
      places.set(x, y instanceof Traced ? captured.push(y) - 1 : y);
      return y.concrete(op);
    },
  });
  const outputs = substituting(capture, (s) => f(args.map((x) => x.concrete(op))).map((y) => resolved(s, y)));

  const again: FirstRun['again'] = (operands, g = f) => {
    const lowest = operands.reduce((low, x) => Math.min(low, lowestLevel(x)), depth() + 1);
    const replace = (outer: Substitution | null) => ({
      level: depth(),
      resolve(x: Traced): Tensor {
        const place = places.get(x);
        if (place !== undefined) return typeof place === 'number' ? (operands[args.length + place] as Tensor) : place; // one operand per capture
        const y = outer === null ? settle(x) : outer.resolve(x);
        if (!(y instanceof Traced) || y.trace.level >= lowest) return y;
        const same = [...places].find(([key, place]) => typeof place === 'number' && settle(key) === y)?.[1];
        if (typeof same !== 'number') throw otherCapture(op, y);
        return operands[args.length + same] as Tensor; // one operand per capture
      },
    });
    return substituting(replace, (s) => g(operands.slice(0, args.length)).map((y) => resolved(s, y)));
  };
  return { outputs, operands: [...args, ...captured], again };
}

/** The outermost trace on which a value stands: an op without a derivative gives values of those further out. */
function lowestLevel(x: Tensor): number {
  let level = Number.POSITIVE_INFINITY;
  for (let value: Tensor | null = x; value instanceof Traced; ) {
    level = value.trace.level;
    value = value instanceof Batched ? value.values : value.primal;
  }
  return level;
}

const resolved = (s: Substitution, y: Tensor): Tensor => (y instanceof Traced ? s.resolve(y) : y);

const otherCapture = (op: string, x: Tensor): ArgumentError =>
  new ArgumentError(
    op,
    `the function used another outer value (${formatType(x)}) when it was run again for its derivative. ` +
      'It must use the same values in every run: pass what changes as an argument.',
  );
