// losses
export { crossEntropy, type CrossEntropyOptions, meanSquaredError } from './losses.ts';
// optimisers
export { adam, type AdamOptions, type AdamState } from './optimizers/adam.ts';
export { sgd, type SgdOptions, type SgdState } from './optimizers/sgd.ts';
export type { Optimizer, OptimizerState, Rate, Updated } from './optimizers/optimizer.ts';
export { clipByNorm, clipByValue, type Clipped, globalNorm, nonFinite } from './clip.ts';
// tasks: one contract, and what learns them
export type { Baseline, Success, Task, TaskBatch } from './tasks/task.ts';
export { taskLoss } from './tasks/answer.ts';
export {
  asVectors,
  cellModel,
  type CellModelOptions,
  type CellModelParams,
  type TaskModel,
} from './tasks/cell-model.ts';
export { sayResult, trainTask, type TaskMeasure, type TaskResult, type TrainTaskOptions } from './train-task.ts';
export { addingTask, type AddingTaskOptions } from './tasks/adding.ts';
export { copyTask, type CopyOptions } from './tasks/copy.ts';
export { multiplicationTask, type MultiplicationOptions } from './tasks/multiplication.ts';
export { selectiveCopyTask, type SelectiveCopyOptions } from './tasks/selective-copy.ts';
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
