import {
  type AnyCell,
  adam,
  crossEntropy,
  finish,
  key,
  type ParamTree,
  sampleText,
  splitKey,
  type Tensor,
  train,
} from '../index.ts';
import { toBits } from './entropy.ts';
import { type CharacterModel, countParameters, type Lesson, makeModel } from './lesson.ts';

/** What may be chosen. */
export interface TeachSettings {
  readonly steps: number;
  readonly hidden: number;
  readonly rate: number;
  readonly seed: number;
  /** Characters to write at the end, and what they go on from. */
  readonly sample: number;
  readonly prompt: string;
  /** Keeps what was learned, and says how many bytes that took; not called when the training diverged. */
  readonly save?: ((params: ParamTree) => Saved) | undefined;
}

/** A file that was written. */
export interface Saved {
  readonly file: string;
  readonly bytes: number;
}

/** What is said on the way: one line of JSON each, if asked for. Losses are bits per character. */
export type Told =
  | { readonly type: 'start'; readonly vocabulary: number; readonly parameters: number }
  | { readonly type: 'step'; readonly step: number; readonly bits: number; readonly gradientNorm: number }
  | Progress<'evaluate'>
  | Progress<'done' | 'aborted'>
  | (Progress<'diverged'> & { readonly message: string })
  | (Saved & { readonly type: 'saved' })
  | { readonly type: 'sample'; readonly prompt: string; readonly text: string };

/** How far it came. */
export interface Progress<Type extends string> {
  readonly type: Type;
  readonly step: number;
  /** The mean over the steps since the last one that was told; null when there was none. */
  readonly trainBits: number | null;
  /** On windows that training never sees; null when the text is too short to hold any out. */
  readonly heldOutBits: number | null;
}

/** How often progress is told. */
const tellings = 10;

/** The longest gradient that is applied as it is. */
export const clipAt = 1;

/** Trains a cell on a text, and lets it write; everything is told on the way. Stops early at the signal. */
export async function teach(
  cell: AnyCell,
  lesson: Lesson,
  settings: TeachSettings,
  tell: (told: Told) => void,
  signal: AbortSignal,
): Promise<'done' | 'aborted' | 'diverged'> {
  const { task, heldOut } = lesson;
  const model = makeModel(cell, task.vocabulary.length, settings.hidden);
  const [forParams, forBatches, forSample] = splitKey(key(settings.seed), 3) as [Tensor, Tensor, Tensor]; // three asked for
  const params = model.init(forParams);
  tell({ type: 'start', vocabulary: task.vocabulary.length, parameters: countParameters(params) });

  const means = runningMean();
  const examine = (at: ParamTree): number | null =>
    heldOut === null ? null : toBits(lossOf(model, at, heldOut).item());
  const events = train({
    params,
    loss: (at: ParamTree, batch: ReturnType<typeof task.batch>) => lossOf(model, at, batch),
    batches: (_, from) => task.batch(from),
    optimizer: adam({ rate: settings.rate }),
    steps: settings.steps,
    key: forBatches,
    clip: clipAt,
    evaluate: examine,
    evaluateEvery: Math.ceil(settings.steps / tellings),
    signal,
  });
  const result = await finish(events, (event) => {
    if (event.type === 'step') {
      const { step, loss, gradientNorm } = event;
      means.add(toBits(loss));
      tell({ type: 'step', step, bits: toBits(loss), gradientNorm });
    } else if (event.type === 'evaluate') {
      tell({ type: 'evaluate', step: event.step, trainBits: means.take(), heldOutBits: event.value as number | null }); // what examine gives
    } else {
      const progress = { step: event.step, trainBits: means.take(), heldOutBits: examine(event.result.params) };
      tell(
        event.type === 'diverged'
          ? { ...progress, type: event.type, message: event.message }
          : { ...progress, type: event.type },
      );
    }
  });
  if (result.end !== 'diverged' && settings.save !== undefined)
    tell({ type: 'saved', ...settings.save(result.params) });
  if (result.end !== 'diverged' && settings.sample > 0) {
    const options = { prompt: settings.prompt, length: settings.sample, temperature: 0.7, key: forSample };
    const text = sampleText(model, result.params, task, options).slice(settings.prompt.length);
    tell({ type: 'sample', prompt: settings.prompt, text });
  }
  return result.end;
}

const lossOf = (
  model: CharacterModel,
  params: ParamTree,
  batch: { readonly inputs: Tensor; readonly targets: Tensor },
): Tensor => crossEntropy(model.apply(params, batch.inputs).out, batch.targets);

/** The mean since it was last taken; at the end the last one stands when nothing came after it. */
function runningMean(): { add(x: number): void; take(): number | null } {
  let [sum, count] = [0, 0];
  let last: number | null = null;
  return {
    add(x) {
      sum += x;
      count += 1;
    },
    take() {
      if (count > 0) last = sum / count;
      [sum, count] = [0, 0];
      return last;
    },
  };
}
