import type { AnyCell, ParamTree } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import type { CellKind } from './kinds.ts';

/** The parameters of one layer, in one direction or both. */
export interface LayerParams<P = ParamTree> {
  readonly forward: P;
  readonly backward?: P;
}

/** The parameters of several layers: the first one first, or as `stacked` of rnn/sequences has them. */
export type LayersOf<P> =
  | readonly LayerParams<P>[]
  | { readonly layer0: P | LayerParams<P>; readonly [layer: `layer${number}`]: P | LayerParams<P> };

/** Recurrent layers out of a file: what they are, and their parameters in our layout. */
export interface Recurrent {
  readonly kind: CellKind;
  /** The cell of every layer and direction. */
  readonly cell: AnyCell;
  /** Inputs of the first layer, hidden units, layers; with a projection the width P of what is handed on. */
  readonly dims: { readonly I: number; readonly H: number; readonly P?: number; readonly layers: number };
  readonly bidirectional: boolean;
  /** The first layer's forward parameters: all there are, of one layer in one direction. */
  readonly params: ParamTree;
  readonly layers: readonly LayerParams[];
  /** All of them as `stacked(cell, dims, { layers, bidirectional })` of rnn/sequences takes them: layer0, layer1, … */
  readonly stack: ParamTree;
  /** The embedding before them, W [V, I], if there is one of that width. */
  readonly embedding: { readonly W: Tensor } | null;
  /** The linear layer after them, W [H, O] and b [O], if there is one of that width. */
  readonly linear: { readonly W: Tensor; readonly b: Tensor } | null;
  /** Names that belong to none of these. */
  readonly unused: readonly string[];
  /** What was decided or changed on the way. */
  readonly notices: readonly string[];
}
