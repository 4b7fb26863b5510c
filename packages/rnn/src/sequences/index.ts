// layers of cells

// one sequence into another
export type { AttentionParams } from './additive-attention.ts';
export { type BothWays, bidirectional, type RecurrentOptions } from './bidirectional.ts';
export {
  type Decoded,
  type EncoderDecoder,
  encoderDecoder,
  type TeacherForcing,
  type TranslateOptions,
} from './encoder-decoder.ts';
export type { EncoderDecoderOptions, EncoderDecoderParams } from './encoder-decoder-halves.ts';
// symbols
export { type GenerateOptions, generate } from './generate.ts';
// noise inside a cell
export type { WithClock } from './noise/clock.ts';
export { type RecurrentDropoutOptions, recurrentDropout } from './noise/recurrent-dropout.ts';
export { type VariationalOptions, variationalDropout } from './noise/variational-dropout.ts';
export { type ZoneoutOptions, zoneout } from './noise/zoneout.ts';
export type {
  Applications,
  CellOrMaker,
  OneWayParams,
  RecurrentLayer,
  RunOptions,
} from './one-way.ts';
// long streams
export { overWindows, type WindowOptions, type WindowResult } from './over-windows.ts';
export { type Sampling, sampleSymbol } from './sample-symbol.ts';
// one step at a time
export { loadState, type SavedState, type SavedTensor, saveState } from './saved-state.ts';
export { type Between, type LevelName, type PerLevel, type StackOptions, stacked } from './stacked.ts';
export { type Applicable, type StepCompiler, type Stream, type StreamOptions, stream } from './stream.ts';
