import { exp, log, stack, trace } from '@throughline/autograd';
import { singularValues, spectralRadius } from '@throughline/autograd/linalg';
import { type AnyCell, type ParamTree, unroll } from '@throughline/rnn';
import { flow } from '@throughline/rnn/analysis';
import { Tensor, tensor, zeros } from '@throughline/tensor';
import { meanSquaredError, type SequenceBatch } from '@throughline/train';
import type { ReachFacts } from '../facts.ts';
import { initModel, type ModelParams, readOut, testBatch } from '../model.ts';
import { pinned } from '../options.ts';
import { dimsOf, type Sizes } from '../probe.ts';
import type { Subject, Variant } from '../subjects.ts';
import { lineOf } from './belt-run.ts';

/** The state whose gradient is followed: the belt's, else the first. */
export const followed = (cell: AnyCell): string => cell.belt?.state ?? cell.stateNames[0] ?? 'out';

/** ‖∂L/∂s_{T−k}‖ / ‖∂L/∂s_T‖ for k = 0…T, over all sequences of a batch; L is the loss that training makes small. */
export function measureReach(cell: AnyCell, params: ModelParams, { inputs, targets }: SequenceBatch): number[] {
  return reachBy(cell, params.cell, inputs, (outs) => meanSquaredError(readOut(params, outs.last), targets));
}

/** A run's outputs, as a loss reads them. */
export interface Outs {
  /** After the last step, [B, …]. */
  readonly last: Tensor;
  /** All of them, [T, B, …]. */
  all(): Tensor;
}

/** ‖∂L/∂s_{T−k}‖ / ‖∂L/∂s_T‖ for k = 0…T, of any loss of the outputs. */
export function reachBy(cell: AnyCell, params: ParamTree, inputs: Tensor, loss: (outs: Outs) => Tensor): number[] {
  const run = unroll(cell, params, inputs);
  const norms = flow(run, (lines) => {
    const out = lineOf(lines, 'out');
    const all = (): Tensor => stack(Array.from({ length: run.steps }, (_, t) => out.at(t + 1)));
    return loss({ last: out.at(run.steps), all });
  }).norms(followed(cell));
  const last = norms.at(-1) ?? Number.NaN;
  return norms.toReversed().map((norm) => norm / last);
}

/** Section 3, for every initialisation that is trained. */
export function reachOf(subject: Subject, variant: Variant, sizes: Sizes): ReachFacts {
  const { cell, label } = variant;
  const batch = testBatch(sizes, pinned.batch);
  const params = initModel(cell, sizes);
  const reach = measureReach(cell, params, batch);
  const tanh = tanhNet(cell, params.cell, sizes, batch.inputs);
  return { cell: subject.cell.name, label, state: followed(cell), reach, rate: rateOf(reach), ...tanh };
}

/** exp of the mean of ln(reach) per step, up to the last distance that training sees and that did not underflow. */
export function rateOf(reach: readonly number[]): number {
  for (let k = Math.max(1, reach.length - 2); k >= 1; k--) {
    const value = reach[k] ?? 0;
    if (value > 0 && Number.isFinite(value)) return exp(log(tensor(value)).div(k)).item(); // ours, not Math's: facts have the same bits everywhere
  }
  return 0;
}

type TanhFacts = Pick<ReachFacts, 'spectralRadius' | 'largestSingularValue' | 'meanTanhSlope'>;

/** What bounds the rate of h′ = tanh(x W + h U + b), and null for any other cell. */
export function tanhNet(cell: AnyCell, params: ParamTree, sizes: Sizes, inputs: Tensor): TanhFacts {
  const [gate, ...others] = cell.gates;
  const none = { spectralRadius: null, largestSingularValue: null, meanTanhSlope: null };
  if (gate === undefined || others.length > 0 || cell.stateNames.length !== 1 || !endsInTanh(cell, params, sizes))
    return none;
  const U = `${gate}.U`.split('.').reduce<unknown>((at, key) => (at as ParamTree)[key], params); // a gate has U
  if (!(U instanceof Tensor)) return none;
  const [first = 0, ...rest] = singularValues(U).toTypedArray();
  const h = unroll(cell, params, inputs).out.toTypedArray();
  let slopes = 0;
  for (const value of h) slopes += 1 - value * value;
  return {
    spectralRadius: spectralRadius(U).item(),
    largestSingularValue: Math.max(first, ...rest),
    meanTanhSlope: slopes / h.length,
  };
}

/** Whether a step's only state and its output are one tanh. */
function endsInTanh(cell: AnyCell, params: ParamTree, sizes: Sizes): boolean {
  const state = cell.initialState(dimsOf(sizes), 1);
  const program = trace(
    (h: typeof state, x: Tensor) => {
      const result = cell.step(params, h, x);
      return [result.out, result.state];
    },
    state,
    zeros([1, dimsOf(sizes).I]),
  );
  const [out, next] = program.outputs;
  const last = program.equations.find(({ outputs }) => outputs.includes(out ?? -1));
  return out === next && last?.primitive.name === 'tanh';
}
