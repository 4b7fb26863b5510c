import { basename } from 'node:path';
import { flip, foldIn, key, mul, normal, reshape, slice, sum } from '@throughline/autograd';
import type { AnyCell, ParamTree } from '@throughline/rnn';
import { backwardEquations, equations } from '@throughline/rnn/symbolic';
import type { Tensor } from '@throughline/tensor';
import { crossEntropy } from '@throughline/train';
import { toBits } from '../../train/entropy.ts';
import type { CellFacts, ReachFacts, TrainedFacts, TrainedPart } from '../facts.ts';
import { countLeaves } from '../parameters.ts';
import type { Sizes } from '../probe.ts';
import { checkBelt } from '../sections/belt.ts';
import { rankCandidates } from '../sections/candidates.ts';
import { requireFinite } from '../sections/finite.ts';
import { checkGradients } from '../sections/gradients.ts';
import { followed, type Outs, rateOf, reachBy, tanhNet } from '../sections/reach.ts';
import type { Subject } from '../subjects.ts';
import { gateOver } from '../training.ts';
import type { Inputs, Windows } from './inputs.ts';
import { type Part, readOut, runAbove, runLayer, type TrainedModel } from './model.ts';

/** What the parts of a trained model are called in reach and belt. */
export const labels = { fresh: 'afresh', trained: 'as trained' } as const;

/** One layer in one direction, with its inputs at hand. */
export interface Asked {
  readonly part: Part;
  readonly model: TrainedModel;
  readonly inputs: Inputs;
  readonly seed: number;
  /** The cell whose every start is the trained one. */
  readonly cell: AnyCell;
}

/** The part, with the parameters of the file wherever a section would draw some. */
export function ask(part: Part, model: TrainedModel, inputs: Inputs, seed: number): Asked {
  const { cell, params, name } = part;
  const [I = 0] = [inputsOf({ part, model, inputs, seed, cell }, 1).xs.shape[2]];
  const dims = { ...model.dims, I };
  const trained: AnyCell = Object.freeze({
    ...cell,
    name,
    init: () => params,
    initialState: (_: unknown, batch: number) => cell.initialState(dims, batch),
  });
  return { part, model, inputs, seed, cell: trained };
}

/** What the part sees, up to so many sequences: the outputs of the layers below it, in its own direction. */
function inputsOf({ part, model, inputs }: Asked, most: number): Windows {
  const { xs: first, targets } = inputs.windows(most);
  let xs = first;
  for (let layer = 0; layer < part.layer; layer++) xs = runLayer(model, layer, xs);
  return { xs: part.reverse ? flip(xs, 0) : xs, targets };
}

const subjectOf = ({ cell, model }: Asked): Subject => {
  const variants = [{ label: labels.trained, cell }];
  return { cell, hidden: model.dims.H, belts: variants, trained: variants, goldens: false };
};

function sizesOf(asked: Asked, most: number): Sizes & { readonly xs: Tensor } {
  const { xs } = inputsOf(asked, most);
  const [steps, batch] = xs.shape as [number, number, number]; // [T, n, I]
  return { hidden: asked.model.dims.H, steps, batch, xs, key: key(asked.seed) };
}

/** Throws when a number on the way is not finite. */
export const requireFinitePart = (asked: Asked): void => requireFinite(subjectOf(asked), sizesOf(asked, 2));

export const describePart = ({ part: { name, cell, params } }: Asked): CellFacts => ({
  name,
  equations: equations(cell, { likewise: true }),
  backward: backwardEquations(cell),
  parameters: countLeaves(params),
  gradients: [],
  belt: null,
  beltCandidates: [],
  figure: null,
});

/** Section 1, at the trained parameters and on the user's input. */
export const gradientsOf = (asked: Asked): CellFacts['gradients'] => checkGradients(asked.cell, sizesOf(asked, 1));

/** The steps that section 2 looks at: its Jacobians cost H³ each, so a wide model is looked at over fewer. */
export const beltSteps = (H: number, T: number): number =>
  Math.min(T, Math.max(4, Math.floor((64 * 64 * 60) / (H * H))));

/** Section 2. */
export function beltOf(asked: Asked): Pick<CellFacts, 'belt' | 'beltCandidates'> {
  const whole = sizesOf(asked, 2);
  const steps = beltSteps(whole.hidden, whole.steps);
  const [, batch, I] = whole.xs.shape as [number, number, number]; // [T, n, I]
  const sizes = { ...whole, steps, xs: slice(whole.xs, [0, 0, 0], [steps, batch, I]) };
  const belt = checkBelt(subjectOf(asked), sizes);
  return { belt, beltCandidates: belt === null ? rankCandidates(subjectOf(asked), sizes) : [] };
}

/** What was decided on the way, by the file, the input and the sizes. */
export function noticesOf({ notices, dims }: TrainedModel, inputs: Inputs): readonly string[] {
  const steps = beltSteps(dims.H, inputs.steps);
  const fewer =
    steps < inputs.steps ? [`H is ${dims.H}: section 2 looks at the first ${steps} of ${inputs.steps} steps`] : [];
  return [...notices, ...inputs.notices, ...fewer];
}

/** Sequences that sections 3 and 4 are measured on. */
const most = 32;

/** Section 3: afresh, and as trained. */
export function reachOf(asked: Asked): ReachFacts[] {
  const { part, model, seed } = asked;
  const sizes = sizesOf(asked, most);
  const { xs, targets } = inputsOf(asked, most);
  const { cell, name } = part;
  const dims = { ...model.dims, I: xs.shape[2] as number }; // [T, n, I]
  const loss = lossOf(asked, targets);
  return [
    { label: labels.fresh, params: cell.init(foldIn(key(seed), 1), dims) },
    { label: labels.trained, params: part.params },
  ].map(({ label, params }) => {
    const reach = reachBy(cell, params, xs, loss);
    const tanh = tanhNet(asked.cell, params, sizes, xs);
    return { cell: name, label, state: followed(cell), reach, rate: rateOf(reach), ...tanh };
  });
}

/** What the text says comes after the last step; without a text, or where the other direction has a say, Σ r ⊙ out. */
function lossOf({ part, model, seed }: Asked, targets: Tensor | null): (outs: Outs) => Tensor {
  const { linear, layers } = model;
  const oneWay = layers.every(({ backward }) => backward === undefined);
  const above = oneWay && part.layer + 1 < layers.length;
  return (outs) => {
    const out = above ? last(runAbove(model, part.layer, outs.all())) : outs.last;
    if (oneWay && targets !== null && linear !== null) return crossEntropy(readOut(linear, out), last(targets));
    return sum(mul(out, normal(foldIn(key(seed), 2), out.shape)));
  };
}

/** The last of T. */
function last(x: Tensor): Tensor {
  const [T, ...rest] = x.shape as [number, ...number[]]; // at least one axis
  const zeros = rest.map(() => 0);
  return reshape(slice(x, [T - 1, ...zeros], [T, ...rest]), rest);
}

/** Section 4: how well the model knows the text, and what its gates do on it. */
export function trainedFacts(
  model: TrainedModel,
  asked: readonly Asked[],
  inputs: Inputs,
  reach: readonly ReachFacts[],
): TrainedFacts {
  const far = Math.max(1, inputs.steps - 1);
  const at = (name: string, label: string): number =>
    reach.find((one) => one.cell === name && one.label === label)?.reach[far] ?? Number.NaN;
  const parts = asked.map((one): TrainedPart => {
    const { name, cell, params } = one.part;
    return {
      cell: name,
      parameters: countLeaves(params).numbers,
      reachFresh: at(name, labels.fresh),
      reachTrained: at(name, labels.trained),
      ...gateOver(cell, params as ParamTree, inputsOf(one, most).xs),
    };
  });
  const { guesses } = inputs;
  return {
    file: basename(model.path),
    what: model.what,
    input: inputs.what,
    notices: noticesOf(model, inputs),
    bits: bitsOf(model, inputs),
    ...(guesses ?? { uniformBits: null, unigramBits: null }),
    parts,
  };
}

/** Bits per character over windows of the text, each from empty states; null where nothing is predicted. */
function bitsOf(model: TrainedModel, inputs: Inputs): number | null {
  const { xs, targets } = inputs.windows(most);
  if (targets === null || model.linear === null) return null;
  const out = runAbove(model, 0, runLayer(model, 0, xs));
  return toBits(crossEntropy(readOut(model.linear, out), targets).item());
}
