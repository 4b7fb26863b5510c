// losses
export { crossEntropy, type CrossEntropyOptions, meanSquaredError } from './losses.ts';
// optimisers
export { adam, type AdamOptions, type AdamState } from './optimizers/adam.ts';
export { sgd, type SgdOptions, type SgdState } from './optimizers/sgd.ts';
export type { Optimizer, OptimizerState, Rate, Updated } from './optimizers/optimizer.ts';
export { clipByNorm, clipByValue, type Clipped, nonFinite, norm } from './clip.ts';
// tasks
export { addingBaseline, addingProblem, type AddingOptions, type SequenceBatch } from './tasks/adding-problem.ts';
export {
  type CharacterBatch,
  nextCharacter,
  type NextCharacter,
  type NextCharacterOptions,
} from './tasks/next-character.ts';
export { sampleText, type SampleOptions, type TextModel } from './tasks/sample-text.ts';
// the loop
export { finish, train, type TrainOptions } from './loop.ts';
export type {
  AbortedEvent,
  DivergedEvent,
  DoneEvent,
  EvaluateEvent,
  History,
  StepEvent,
  TrainEvent,
  TrainResult,
} from './events.ts';
