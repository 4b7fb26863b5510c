// layers of cells
export { type BothWays, bidirectional, type RecurrentOptions } from './bidirectional.ts';
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
export { type Between, type LevelName, type PerLevel, type StackOptions, stacked } from './stacked.ts';
