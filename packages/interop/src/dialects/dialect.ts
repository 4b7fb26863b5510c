import type { Tensor } from '@throughline/tensor';
import type { CellKind } from './kinds.ts';

/** How a framework lays out one kind of cell. */
export interface CellTable {
  /** What it is called there. */
  readonly called: string;
  /** Our gates, in the order in which theirs are stacked. */
  readonly gates: readonly string[];
}

/** How a framework lays out recurrent weights: all that differs between frameworks, as data. */
export interface Dialect {
  readonly name: 'PyTorch' | 'Keras';
  /** Gates are stacked as rows, [G·H, I], or as columns, [I, G·H]. */
  readonly stacked: 'rows' | 'columns';
  readonly cells: Readonly<Partial<Record<CellKind, CellTable>>>;
  /** Why a cell of ours has no place there, and what to do, by the cell's name. */
  readonly refused: Readonly<Record<string, string>>;
}

/** The arrays of one layer in one direction, as the framework stacks them. */
export interface Block {
  readonly input: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor | null;
  /** The second bias, of the product with the state. */
  readonly bias2: Tensor | null;
  /** What h is multiplied by before it is handed on, as rows, [P, H]. */
  readonly projection: Tensor | null;
}

/** PyTorch's nn.RNN, nn.LSTM, nn.GRU and their cells: two biases everywhere. */
export const pytorch: Dialect = {
  name: 'PyTorch',
  stacked: 'rows',
  cells: {
    rnn: { called: 'nn.RNN', gates: ['h'] },
    rnnRelu: { called: "nn.RNN(nonlinearity='relu')", gates: ['h'] },
    lstm: { called: 'nn.LSTM', gates: ['i', 'f', 'g', 'o'] },
    projectedLstm: { called: 'nn.LSTM(proj_size)', gates: ['i', 'f', 'g', 'o'] },
    gru: { called: 'nn.GRU', gates: ['r', 'z', 'n'] },
  },
  refused: {
    gruResetBefore:
      'nn.GRU resets after the product with U, and r ⊙ (h U) is not (r ⊙ h) U. Train gru instead, or write it for Keras: toKeras takes it',
    peepholeLstm: 'nn.LSTM has no peepholes. Write the parameters as they are, with writeSafetensors',
  },
};

/** Keras 3's SimpleRNN, LSTM, GRU: one bias, but GRU(reset_after=True), which is the default, has two rows. */
export const keras: Dialect = {
  name: 'Keras',
  stacked: 'columns',
  cells: {
    rnn: { called: 'SimpleRNN', gates: ['h'] },
    rnnRelu: { called: "SimpleRNN(activation='relu')", gates: ['h'] },
    lstm: { called: 'LSTM', gates: ['i', 'f', 'g', 'o'] },
    gru: { called: 'GRU', gates: ['z', 'r', 'n'] },
    gruResetBefore: { called: 'GRU(reset_after=False)', gates: ['z', 'r', 'n'] },
  },
  refused: {
    projectedLstm: "Keras's LSTM has no projection. Write the parameters as they are, with writeSafetensors",
    peepholeLstm: "Keras's LSTM has no peepholes. Write the parameters as they are, with writeSafetensors",
  },
};
