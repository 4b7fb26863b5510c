export {
  type Arguments,
  argumentsOf,
  type FloatType,
  type Recurrence,
  recurrences,
  type Sizes,
  tame,
} from './net.ts';
export { loss, questions } from './questions.ts';
export { run } from './run.ts';
