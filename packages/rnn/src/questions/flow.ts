import { type OnTape, onTape, Recorded } from '@throughline/autograd';
import { ArgumentError, formatType, full, isDifferentiable, ShapeError, Tensor } from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import type { ParamAt, ParamName, ParamSpecs } from '../params.ts';
import type { StateName, StateSpec } from '../state.ts';
import type { Run } from '../unroll.ts';
import { type ByStep, untied } from './by-step.ts';
import { type LinesOf, linesOn, type Replay, replay } from './lines.ts';
import { norm2 } from './norms.ts';

/** How a loss depends on everything that a run went through. */
export interface Flow<Name extends string, P = ParamSpecs> {
  readonly loss: number;
  /** |∂L/∂s_t| over all rows, in order: for a state t = 0…T, for a tap, `x` or `out` t = 1…T. */
  norms(line: Name): readonly number[];
  /** ∂L/∂s_t itself, of the value's type; zeros where the loss does not reach. */
  cotangent(line: Name, t: number): Tensor;
  /**
   * What each step adds to ∂L/∂θ, as if it had parameters of its own: `byStep('f.U')` for one parameter, `byStep('f')` for
   * a gate's. It takes a second run and sweep, on first use.
   */
  byStep<N extends ParamName<P>>(param: N): ByStep<ParamAt<P, N>>;
}

/**
 * The gradient of a loss with respect to every value of a run, in one sweep.
 *
 * `loss` gets the run's lines and returns a scalar: `flow(run, (r) => mse(r.out.at(60), y)).norms('h')`. Each is the
 * total derivative, through everything that follows. `byStep` resolves a parameter's gradient by the steps it comes from.
 * @throws ShapeError when the loss is not a scalar; ArgumentError for a line or a parameter that does not exist.
 * @example flow(unroll(rnn, rnn.init(key(1), { I: 1, H: 2 }), ones([3, 1, 1])), (r) => sum(r.h.at(2))).byStep('h.U').norms[2]   // 0
 */
export function flow<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  loss: (lines: LinesOf<S, T>) => Tensor,
): Flow<StateName<S> | (keyof T & string) | 'x' | 'out', P> {
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
  let shares: ReturnType<typeof untied<P, S, T, K>> | undefined;
  return {
    loss: value.item(),
    norms: (line) => (values.get(line) ?? [at(line, 0)]).map((_, i) => norm2(at(line, i))),
    cotangent: (line, t) => at(line, t - (states.includes(line) ? 0 : 1)),
    byStep(param) {
      shares ??= untied(run, loss);
      return shares(param);
    },
  };
}

function checkLoss(value: unknown): Tensor {
  if (!(value instanceof Tensor) || value.rank > 0) {
    const got = value instanceof Tensor ? formatType(value) : typeof value;
    throw new ShapeError('flow', `the loss must be a scalar tensor, got ${got}. Use sum or mean.`);
  }
  return value;
}
