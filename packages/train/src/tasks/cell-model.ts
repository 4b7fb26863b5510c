import { cast, oneHot, splitKey } from '@throughline/autograd';
import {
  type AnyCell,
  type Cell,
  type Dims,
  type ParamSpecs,
  type ParamTree,
  type StateSpec,
  type Taps,
  type UnrollOptions,
  unroll,
} from '@throughline/rnn';
import { type LinearParams, linear } from '@throughline/rnn/layers';
import { ArgumentError, isFloat, type Tensor, zeros } from '@throughline/tensor';
import { atTheEnd } from './answer.ts';
import type { Task, TaskBatch } from './task.ts';

/** What learns a task: parameters, and outputs [B, O] at the end or [T, B, O] at every step, as the task asks. */
export interface TaskModel<P> {
  readonly name: string;
  init(key: Tensor): P;
  apply(params: P, batch: TaskBatch): Tensor;
}

/** A cell's parameters, and those of the line that reads it out. */
export interface CellModelParams {
  readonly cell: ParamTree;
  readonly readOut: LinearParams;
}

/** The cell's extents besides I, its dtype, and how it is run. */
export interface CellModelOptions extends Omit<Dims, 'I'> {
  readonly H: number;
  /** Of the parameters and all that is computed from them: float64 by default. */
  readonly dtype?: 'float64' | 'float32';
  /** How the cell is unrolled. */
  readonly unroll?: UnrollOptions<StateSpec>;
}

/**
 * A cell and a linear layer as a model of a task. Symbols come in one-hot; a task that asks at the end is answered from the
 * last step that the sequence has.
 *
 * Shapes: the task's batches → [B, O] or [T, B, O].
 * @throws ArgumentError or ShapeError when the extents do not fit the cell.
 * @example cellModel(addingTask(), lstm, { H: 8 }).name   // lstm
 */
export function cellModel(task: Task, cell: AnyCell, options: CellModelOptions): TaskModel<CellModelParams> {
  const { dtype = 'float64', unroll: how = {}, ...extents } = options;
  if (typeof cell?.step !== 'function' || typeof cell.init !== 'function') {
    throw new ArgumentError('cellModel', 'the second argument is not a cell. Pass lstm, or what defineCell gives.');
  }
  const I = widthOf(task);
  const dims = { ...extents, I, dtype };
  const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  return {
    name: cell.name,
    init(key) {
      const [forCell, forReadOut] = splitKey(key, 2) as [Tensor, Tensor]; // two asked for
      const params = cell.init(forCell, dims);
      const { out } = cell.step(params, cell.initialState(dims, 1), zeros([1, I], dtype));
      const width = out.shape[out.rank - 1] as number; // [1, width]
      return { cell: params, readOut: linear({ I: width, O: task.outputs }).init(forReadOut, { dtype }) };
    },
    apply(params, batch) {
      const { out } = unroll(known, params.cell, asVectors(task, batch.inputs, dtype), how);
      const read = task.answers === 'at the end' ? atTheEnd(out, batch) : out;
      return linear({ I: read.shape[read.rank - 1] as number, O: task.outputs }).apply(params.readOut, read).out; // [..., width]
    },
  };
}

/** The width of what comes in at each step, symbols one-hot. */
export const widthOf = ({ takes }: Pick<Task, 'takes'>): number => ('symbols' in takes ? takes.symbols : takes.numbers);

/**
 * A task's inputs as vectors: symbols one-hot, numbers as they are, in a dtype.
 *
 * Shapes: [T, B] or [T, B, I] → [T, B, I].
 * @example asVectors(copyTask({ T: 5 }), copyTask({ T: 5 }).batch(key(1), 2).inputs).shape.join()   // 25,2,10
 */
export function asVectors(task: Pick<Task, 'takes'>, inputs: Tensor, dtype: 'float64' | 'float32' = 'float64'): Tensor {
  return isFloat(inputs.dtype) ? cast(inputs, dtype) : oneHot(inputs, widthOf(task), dtype);
}
