import { concat, flatten, jvp, oneHot, reshape, slice, unstack, vmap } from '@throughline/autograd';
import { arange, full, isDifferentiable, type Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../../cell.ts';
import { dimsOf } from '../../dims.ts';
import type { ParamSpecs, ParamsOf } from '../../params.ts';
import type { StateOf, StateSpec } from '../../state.ts';
import { stateLeaves } from '../state-leaves.ts';
import { type FromOptions, type Gradients, lossAt, plus, type StepLoss, stepsOf, targetsOf } from './per-step.ts';

/** What real-time recurrent learning carries from step to step: the state, and how it depends on the parameters. */
export interface RtrlCarry<S> {
  readonly state: StateOf<S>;
  /** ∂state/∂θ by parameter and state, under dotted names: for a θ of n elements and a state [B, …], [n, B, …]. */
  readonly sensitivities: { readonly [param: string]: { readonly [state: string]: Tensor } };
}

/** One step of real-time recurrent learning: the loss and gradient of this step alone, and what the next one needs. */
export interface RtrlStep<P, S> extends Gradients<P> {
  readonly carry: RtrlCarry<S>;
  readonly out: Tensor;
}

/** Real-time recurrent learning, a step at a time. */
export interface OnlineRtrl<P, S, Y> {
  /** Before the first step: nothing depends on the parameters yet. */
  start(params: ParamsOf<P>, batch: number, options?: FromOptions<S>): RtrlCarry<S>;
  /** Runs one step. A pure function; the parameters may have changed since the last one, then the gradient is approximate. */
  step(params: ParamsOf<P>, carry: RtrlCarry<S>, x: Tensor, target: Y, t: number): RtrlStep<P, S>;
}

/** Options of a whole run. */
export interface RtrlOptions<P, S> extends FromOptions<S> {
  /** Called after every step with the loss and the gradient of all steps so far. */
  readonly onStep?: (running: Gradients<P> & { readonly t: number }) => void;
}

/**
 * Real-time recurrent learning: the gradient that `bptt` gives, carried forward with the run, so that it is known at every
 * step (`onStep`) and memory does not grow with T.
 *
 * Nothing in it is derived by hand: ∂state/∂θ passes a step by `jvp` of the cell's step, along one direction for each
 * element of the parameters. With N of them, states of S elements and a batch of B: N pushforwards per step, N·B·S numbers
 * in memory. So it is for small nets and long runs: for an Elman net, N ≈ H² and time ≈ T·H⁴, where `bptt` takes T·H².
 * Source: Williams, Zipser, "A learning algorithm for continually running fully recurrent neural networks", 1989.
 * @throws ShapeError when the loss is not a scalar, or targets and xs differ in length.
 * @example rtrl(rnn, (out) => sum(out))(rnn.init(key(1), { I: 1, H: 2 }), zeros([3, 1, 1]), {}).gradients.h.W   // f64[1,2] [[0, 0]]
 */
export function rtrl<P extends ParamSpecs, S extends StateSpec, T extends Taps, Y>(
  cell: Cell<P, S, T>,
  loss: StepLoss<Y>,
): (params: ParamsOf<P>, xs: Tensor, targets: Y, options?: RtrlOptions<P, S>) => Gradients<P> {
  const online = onlineRtrl(cell, loss);
  return (params, xs, targets, options = {}) => {
    const slices = targetsOf('rtrl', targets, stepsOf('rtrl', xs));
    let carry = online.start(params, xs.shape[1] as number, options); // stepsOf: at least two axes
    let running: Gradients<P> | undefined;
    unstack(xs).forEach((x, n) => {
      const one = online.step(params, carry, x, slices[n] as Y, n + 1); // one target per step
      running = plus(running, { loss: one.loss, gradients: one.gradients });
      carry = one.carry;
      options.onStep?.({ ...running, t: n + 1 });
    });
    return running as unknown as Gradients<P>; // at least one step
  };
}

/**
 * Real-time recurrent learning for data that never ends: `start` once, then `step` with every input.
 *
 * Each step gives the gradient of its own loss, through everything that the run went through. `step` takes and gives trees
 * of tensors, so that it can be the step of a `scan`.
 * @example onlineRtrl(rnn, (out) => sum(out)).start(rnn.init(key(1), { I: 1, H: 2 }), 3).sensitivities['h.U'].h.shape.join()   // 4,3,2
 */
export function onlineRtrl<P extends ParamSpecs, S extends StateSpec, T extends Taps, Y>(
  cell: Cell<P, S, T>,
  loss: StepLoss<Y>,
): OnlineRtrl<P, S, Y> {
  return {
    start(params, batch, { from } = {}) {
      const state = from ?? cell.initialState(dimsOf(cell.name, cell.params, params), batch);
      const { names, leaves } = stateLeaves(cell.state, state);
      const flat = flatten('rtrl', params);
      const sensitivities = flat.leaves.flatMap((param, j) => {
        if (!isDifferentiable(param)) return [];
        const zeros = leaves.map((leaf, k) => [names[k], full([param.size, ...leaf.shape], 0, leaf.dtype)] as const);
        return [[flat.paths[j], Object.fromEntries(zeros)] as const];
      });
      return { state, sensitivities: Object.fromEntries(sensitivities) };
    },
    step(params, carry, x, target, t) {
      const flat = flatten('rtrl', params);
      const before = stateLeaves(cell.state, carry.state);
      const run = (ps: readonly Tensor[], states: readonly Tensor[]) => {
        const { state, out } = cell.step(flat.rebuild(ps) as ParamsOf<P>, before.rebuild(states), x); // same structure
        return { state, out, loss: lossAt('rtrl', loss, out, target, t) };
      };
      const now = run(flat.leaves, before.leaves);
      const sensitivities: Record<string, { readonly [state: string]: Tensor }> = {};
      const gradients = flat.leaves.map((param, j) => {
        if (!isDifferentiable(param)) return null;
        const name = flat.paths[j] as string; // one per leaf
        const carried = carry.sensitivities[name] ?? {};
        const along = (direction: Tensor, states: readonly Tensor[]) =>
          jvp(
            ([leaf, ...rest]: readonly Tensor[]) => {
              const after = run(flat.leaves.with(j, leaf as Tensor), rest); // the first of the primals
              return [after.loss, ...stateLeaves(cell.state, after.state).leaves];
            },
            [param, ...before.leaves],
            [direction, ...states],
          ).tangent as readonly Tensor[]; // all floats
        const [slopes, ...pushed] = forEachElement(
          param,
          before.names.map((state) => carried[state] as Tensor),
          along,
        );
        sensitivities[name] = Object.fromEntries(before.names.map((state, k) => [state, pushed[k] as Tensor])); // one per state
        return reshape(slopes as Tensor, param.shape); // the loss comes first
      });
      return {
        carry: { state: now.state, sensitivities },
        out: now.out,
        loss: now.loss,
        gradients: flat.rebuild(gradients) as ParamsOf<P>, // same structure
      };
    },
  };
}

/** This many directions are pushed at once: more saves little time, and each takes as many numbers as the parameter has. */
const block = 128;

/** `push` along the unit vector of each element of a parameter, with the sensitivities to it; results stacked. */
function forEachElement(
  param: Tensor,
  sensitivities: readonly Tensor[],
  push: (direction: Tensor, states: readonly Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  const { size } = param;
  const rows = (x: Tensor, from: number, to: number): Tensor =>
    slice(x, [from, ...x.shape.slice(1).map(() => 0)], [to, ...x.shape.slice(1)]);
  const parts = Array.from({ length: Math.ceil(size / block) }, (_, n) => {
    const [from, to] = [n * block, Math.min((n + 1) * block, size)];
    const units = reshape(oneHot(arange(from, to, 1, 'int32'), size, param.dtype), [to - from, ...param.shape]);
    return vmap(push)(
      units,
      sensitivities.map((x) => rows(x, from, to)),
    );
  });
  const [first] = parts;
  if (first === undefined) return [param, ...sensitivities];
  return first.map((_, k) => concat(parts.map((part) => part[k] as Tensor))); // as many in each part
}
