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
export { makeTask, type NamedTaskOptions, taskNames } from './tasks/by-name.ts';
export { addingTask, type AddingTaskOptions } from './tasks/adding.ts';
export type { AutomatonSizes } from './tasks/automaton.ts';
export { copyTask, type CopyOptions } from './tasks/copy.ts';
export { cycleNavigationTask, type CycleOptions } from './tasks/cycle-navigation.ts';
export { dateTask, type DateOptions, type DateTask } from './tasks/dates.ts';
export { evenPairsTask } from './tasks/even-pairs.ts';
export { forecastTask, type ForecastOptions } from './tasks/forecast.ts';
export { modularArithmeticTask, type ModularOptions } from './tasks/modular-arithmetic.ts';
export { multiplicationTask, type MultiplicationOptions } from './tasks/multiplication.ts';
export { parityTask } from './tasks/parity.ts';
export { pixelTask, type PixelOptions } from './tasks/pixels.ts';
export { reberTask, type ReberOptions } from './tasks/reber.ts';
export { recallTask, type RecallOptions } from './tasks/recall.ts';
export { reversalTask, type ReversalOptions } from './tasks/reversal.ts';
export { selectiveCopyTask, type SelectiveCopyOptions } from './tasks/selective-copy.ts';
export { mackeyGlass, type MackeyGlassOptions, sineWaves } from './tasks/series.ts';
export { temporalOrderTask, type TemporalOrderOptions } from './tasks/temporal-order.ts';
export type { Transduction, TransductionTask } from './tasks/transduction.ts';
export { twoSequenceTask, type TwoSequenceOptions } from './tasks/two-sequence.ts';
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
