export {
  bounds,
  type Cell,
  columns,
  keyOf,
  measureComposite,
  measureRow,
  type None,
  orders,
  type Row,
  type TableOptions,
} from './measure.ts';
export type { Measured } from './tally.ts';
