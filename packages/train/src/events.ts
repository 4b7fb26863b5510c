import type { OptimizerState } from './optimizers/optimizer.ts';

/** What was learned, and how. */
export interface TrainResult<P, S extends OptimizerState, E = unknown> {
  readonly params: P;
  /** The optimiser's state: pass the result as `from` to go on. */
  readonly state: S;
  /** Updates made, those before `from` included. */
  readonly step: number;
  readonly history: History<E>;
}

/** One number per update of this run, and what evaluations gave. */
export interface History<E = unknown> {
  readonly loss: number[];
  /** Before clipping. */
  readonly gradientNorm: number[];
  readonly evaluations: { readonly step: number; readonly value: E }[];
}

/** An update was made. */
export interface StepEvent {
  readonly type: 'step';
  /** From 1 up. */
  readonly step: number;
  /** The last step of this run. */
  readonly steps: number;
  /** Before the update. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
}

/** The parameters were looked at. */
export interface EvaluateEvent<E> {
  readonly type: 'evaluate';
  readonly step: number;
  readonly value: E;
}

/** All steps were made. */
export interface DoneEvent<P, S extends OptimizerState, E> {
  readonly type: 'done';
  readonly step: number;
  readonly result: TrainResult<P, S, E>;
}

/** The signal stopped the run after `step` updates. */
export interface AbortedEvent<P, S extends OptimizerState, E> {
  readonly type: 'aborted';
  readonly step: number;
  readonly result: TrainResult<P, S, E>;
}

/** Step `step` met a loss, gradient or update that is not finite; it was not applied. */
export interface DivergedEvent<P, S extends OptimizerState, E = unknown> {
  readonly type: 'diverged';
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** The first parameter whose gradient is not finite; null when the loss is already, or only the norm overflows. */
  readonly leaf: string | null;
  /** The same in words. */
  readonly message: string;
  readonly result: TrainResult<P, S, E>;
}

/** What a training says. */
export type TrainEvent<P, S extends OptimizerState, E = unknown> =
  | StepEvent
  | EvaluateEvent<E>
  | DoneEvent<P, S, E>
  | AbortedEvent<P, S, E>
  | DivergedEvent<P, S, E>;
