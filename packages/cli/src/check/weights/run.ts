import type { CellFacts, Facts, ReachFacts, Settings, TrainedFacts } from '../facts.ts';
import { type Findings, verdictOf } from '../sections/verdict.ts';
import { type InputOptions, type Inputs, inputsFor } from './inputs.ts';
import { partsOf, type TrainedModel } from './model.ts';
import {
  ask,
  beltOf,
  beltSteps,
  describePart,
  gradientsOf,
  reachOf,
  requireFinitePart,
  trainedFacts,
} from './sections.ts';

/** Told of each part of the facts as soon as it is known. */
export interface WeightsListener {
  settings?(settings: Settings, cells: readonly CellFacts[], model: TrainedModel, inputs: Inputs): void;
  gradients?(cells: readonly CellFacts[]): void;
  belt?(cells: readonly CellFacts[], steps: number): void;
  reach?(rows: readonly ReachFacts[], steps: number): void;
  trained?(facts: TrainedFacts, steps: number): void;
}

/**
 * Asks the four questions of a trained model, layer by layer: the cell afresh stands beside it where there is something to
 * compare.
 * @throws CheckError when a number is not finite on the way; UserFileError when the input does not fit the model.
 */
export async function runWeightsCheck(
  model: TrainedModel,
  options: InputOptions,
  listener: WeightsListener = {},
): Promise<Facts> {
  const inputs = inputsFor(model, options);
  const asked = partsOf(model).map((part) => ask(part, model, inputs, options.seed));
  for (const one of asked) requireFinitePart(one);
  const { dims } = model;
  const settings: Settings = {
    dtype: 'float64',
    hidden: dims.H,
    inputs: dims.I,
    steps: inputs.steps,
    batch: 2,
    seed: options.seed,
  };
  let cells = asked.map(describePart);
  listener.settings?.(settings, cells, model, inputs);
  const extend = async (f: (one: (typeof asked)[number]) => Partial<CellFacts>): Promise<CellFacts[]> => {
    const next: CellFacts[] = [];
    for (const [i, one] of asked.entries()) {
      await turn();
      next.push({ ...(cells[i] as CellFacts), ...f(one) }); // one per part
    }
    return next;
  };
  cells = await extend((one) => ({ gradients: gradientsOf(one) }));
  listener.gradients?.(cells);
  cells = await extend(beltOf);
  listener.belt?.(cells, beltSteps(dims.H, inputs.steps));
  const reach: ReachFacts[] = [];
  for (const one of asked) {
    await turn();
    reach.push(...reachOf(one));
  }
  listener.reach?.(reach, inputs.steps);
  const trained = trainedFacts(model, asked, inputs, reach);
  listener.trained?.(trained, inputs.steps);
  const findings: Findings = { format: 1, settings, cells, reach, learning: null, remedy: null, trained };
  return { ...findings, verdict: verdictOf(findings) };
}

const turn = (): Promise<void> => new Promise((resume) => setImmediate(resume));
