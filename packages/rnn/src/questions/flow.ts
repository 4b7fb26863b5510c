import { type OnTape, onTape, Recorded } from '@throughline/autograd';
import { ArgumentError, formatType, full, isDifferentiable, ShapeError, Tensor } from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import type { ParamSpecs } from '../params.ts';
import type { StateName, StateSpec } from '../state.ts';
import type { Run } from '../unroll.ts';
import { type LinesOf, linesOn, type Replay, replay } from './lines.ts';
import { norm2 } from './norms.ts';

/** How a loss depends on everything that a run went through. */
export interface Flow<Name extends string> {
  readonly loss: number;
  /** |∂L/∂s_t| over all rows, in order: for a state t = 0…T, for a tap, `x` or `out` t = 1…T. */
  norms(line: Name): readonly number[];
  /** ∂L/∂s_t itself, of the value's type; zeros where the loss does not reach. */
  cotangent(line: Name, t: number): Tensor;
}

/**
 * The gradient of a loss with respect to every value of a run, in one sweep.
 *
 * `loss` gets the run's lines and returns a scalar: `flow(run, (r) => mse(r.out.at(60), y)).norms('h')`. Each is the
 * total derivative, through everything that follows.
 * @throws ShapeError when the loss is not a scalar; ArgumentError for a line that does not exist.
 */
export function flow<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  loss: (lines: LinesOf<S, T>) => Tensor,
): Flow<StateName<S> | (keyof T & string) | 'x' | 'out'> {
  const tape: OnTape<Replay & { readonly loss: Tensor }> = onTape((input) => {
    const result = replay(run.origin, input);
    return { ...result, loss: checkLoss(loss(linesOn<S, T>(result, () => tape))) };
  });
  const { values, states, loss: value } = tape.result;
  const nodes = [...values].flatMap(([line, series]) => series.map((node, i) => ({ line, i, node })));
  const places = new Map<Tensor, number>();
  const wanted: Recorded[] = [];
  for (const { node } of nodes) {
    if (!(node instanceof Recorded) || node.trace !== tape.tape || places.has(node)) continue;
    places.set(node, wanted.length);
    wanted.push(node);
  }
  const cts = tape.sweep([value], wanted)([full([], 1, value.dtype)]);
  const at = (line: string, i: number): Tensor => {
    const series = values.get(line);
    if (series === undefined)
      throw new ArgumentError('flow', `there is no line ${line}; there are ${[...values.keys()].join(', ')}.`);
    const first = states.includes(line) ? 0 : 1;
    const node = series[i];
    if (node === undefined) {
      throw new ArgumentError('flow', `${line} has no t = ${i + first}: t = ${first}…${first + series.length - 1}.`);
    }
    return cts[places.get(node) ?? -1] ?? full(node.shape, 0, isDifferentiable(node) ? node.dtype : 'float64');
  };
  return {
    loss: value.item(),
    norms: (line) => (values.get(line) ?? [at(line, 0)]).map((_, i) => norm2(at(line, i))),
    cotangent: (line, t) => at(line, t - (states.includes(line) ? 0 : 1)),
  };
}

function checkLoss(value: unknown): Tensor {
  if (!(value instanceof Tensor) || value.rank > 0) {
    const got = value instanceof Tensor ? formatType(value) : typeof value;
    throw new ShapeError('flow', `the loss must be a scalar tensor, got ${got}. Use sum or mean.`);
  }
  return value;
}
