import { type AnyCell, initializers, lstm, rnn } from '@throughline/rnn';
import type { BeltVariant, ReachFacts, Settings } from '../../check/facts.ts';
import { sequencesMeasured } from '../../check/options.ts';
import { measureVariant } from '../../check/sections/belt.ts';
import { runCell } from '../../check/sections/belt-run.ts';
import type { Subject } from '../../check/subjects.ts';
import { figureOf, reachFactsOf, sizesOf } from '../../check/untrained.ts';
import type { BeltFigure } from '../belt-figure.ts';
import type { LiveSource } from './source.ts';

/** The two sliders: the bias of an LSTM's forget gate, and the spectral radius of an Elman net's U. */
export type Knob = 'forget' | 'radius';

/** What is known at once when a slider was moved. */
export interface Turned {
  readonly reach: ReachFacts;
  readonly figure: BeltFigure | null;
}

/** What takes a little longer, of a cell with a belt. */
export type TurnedBelt = Pick<BeltVariant, 'oneStepOff' | 'byDistance'>;

/** The report's settings, with the width of its LSTM for that slider: beside a user's cell it has one of its own. */
const settingsOf = (knob: Knob, { settings, beside }: LiveSource): Settings =>
  knob === 'forget' && beside !== null ? { ...settings, hidden: beside } : settings;

/** A cell of the report's sizes as a slider sets it. */
function subjectAt(knob: Knob, value: number, settings: Settings): Subject {
  const cell = knob === 'forget' ? lstm.with({ f: { b: value } }) : atRadius(value, settings);
  const variant = { label: `${knob} ${value}`, cell: cell as unknown as AnyCell }; // names forgotten
  return { cell: variant.cell, hidden: settings.hidden, belts: [variant], trained: [variant], goldens: true };
}

/** The Elman net as drawn from the seed, its U multiplied so that ρ(U) is as wanted. */
function atRadius(wanted: number, settings: Settings) {
  const own: AnyCell = rnn as unknown as AnyCell; // names forgotten
  const variant = { label: '', cell: own };
  const subject: Subject = { cell: own, hidden: settings.hidden, belts: [], trained: [variant], goldens: true };
  const { spectralRadius } = reachFactsOf(subject, variant, settings);
  const factor = wanted / (spectralRadius ?? Number.NaN);
  return rnn.with({ h: { U: initializers.scaled(initializers.uniformByWidth, factor) } });
}

/** The reach and the belt's figure of a setting, by the code that `throughline check` runs. */
export function turn(knob: Knob, value: number, source: LiveSource): Turned {
  const settings = settingsOf(knob, source);
  const subject = subjectAt(knob, value, settings);
  const variant = subject.trained[0];
  if (variant === undefined) throw new Error('a setting has one variant.');
  return { reach: reachFactsOf(subject, variant, settings), figure: figureOf(subject, settings) };
}

/** The leak of a setting, and the belt against the total derivative; null without a belt. */
export function turnBelt(knob: Knob, value: number, source: LiveSource): TurnedBelt | null {
  const settings = settingsOf(knob, source);
  const subject = subjectAt(knob, value, settings);
  const { belt } = subject.cell;
  if (belt === undefined) return null;
  const run = runCell(subject.cell, sizesOf(subject, settings, sequencesMeasured));
  const { oneStepOff, byDistance } = measureVariant(run, '', belt).facts;
  return { oneStepOff, byDistance };
}
