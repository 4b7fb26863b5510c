import type { Chart } from '@throughline/plot';

/** Sizes as the verdicts are stated for, or tiny ones on the same path of code. */
export type Budget = 'full' | 'test';

/** What a measurement is given beside its seed. */
export interface Work {
  readonly budget: Budget;
  readonly signal: { readonly aborted: boolean };
  /** How much of this seed is done, from 0 to 1. */
  progress(part: number): void;
  /** To await between pieces of work: lets timers and Ctrl-C have their turn. @throws Stopped after the signal. */
  turn(): Promise<void>;
}

/** A sentence of the lesson as an experiment: what is measured for one seed, and what follows from all of them. */
export interface LessonClaim<M> {
  readonly number: number;
  /** The sentence, as a lecturer says it. */
  readonly sentence: string;
  /** What is asked, in one line for a list. */
  readonly question: string;
  /** What is run: nets, sizes, tasks, what is compared with what. */
  readonly method: string;
  /** What would have refuted it: another way to the same number, or a net that breaks the claim. */
  readonly control: string;
  /** Whether it measures time, so that nothing may run beside it. */
  readonly alone?: boolean;
  /** One seed's measurement: plain data, numbers of any kind, that can be sent, written down and judged again. */
  measure(seed: number, work: Work): M | Promise<M>;
  /** What follows. Pure: everything it says comes from the measurements, by thresholds that it states. */
  judge(measured: readonly M[]): Judgement;
}

/** A claim whose measurements are not known to the type checker. */
export interface AnyLessonClaim extends Omit<LessonClaim<unknown>, 'judge'> {
  judge(measured: readonly unknown[]): Judgement;
}

/** A number, once per seed. */
export interface Reading {
  readonly what: string;
  readonly values: readonly number[];
  readonly unit?: string;
}

/** One thing that the sentence says, with the number that decides it. */
export interface Part extends Reading {
  readonly says: string;
  /** What the number has to be, in words: `≤ 1e−12`, `below 0.9 of the baseline`. */
  readonly threshold: string;
  readonly holds: boolean;
}

/** What must be so for the measurement to tell anything: an oracle that agrees, a control that fails as it should. */
export interface Oracle {
  readonly what: string;
  readonly holds: boolean;
}

/** What measurements say. */
export interface Judgement {
  readonly parts: readonly Part[];
  readonly oracles: readonly Oracle[];
  /** Under which condition the sentence is true: said when some parts hold and some do not. */
  readonly condition: string;
  /** Other numbers worth a line. */
  readonly readings?: readonly Reading[];
  /** The first one stands in the documentation. */
  readonly charts: readonly Chart[];
}

/** A measurement was stopped by the signal. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Makes a claim, and forgets the type of its measurements. */
export const defineLessonClaim = <M>(claim: LessonClaim<M>): LessonClaim<M> => Object.freeze(claim);
