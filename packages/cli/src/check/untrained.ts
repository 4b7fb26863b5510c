import { key } from '@throughline/autograd';
import type { CellFacts, ReachFacts } from './facts.ts';
import { pinned, sequencesMeasured } from './options.ts';
import type { Sizes } from './probe.ts';
import { checkBelt } from './sections/belt.ts';
import { rankCandidates } from './sections/candidates.ts';
import { drawFigure } from './sections/figure.ts';
import { checkGradients } from './sections/gradients.ts';
import { reachOf } from './sections/reach.ts';
import type { Subject, Variant } from './subjects.ts';

/** What all that is measured without training derives from. */
export interface Setting {
  readonly steps: number;
  readonly seed: number;
}

/** The sizes at which a subject is measured. */
export const sizesOf = ({ hidden }: Subject, { steps, seed }: Setting, batch: number): Sizes => ({
  hidden,
  steps,
  batch,
  key: key(seed),
});

/** Section 1 of a cell. */
export const gradientsOf = (subject: Subject, setting: Setting): CellFacts['gradients'] =>
  checkGradients(subject.cell, sizesOf(subject, setting, 1));

/** Section 2 of a cell with a belt; null without one. */
export const beltOf = (subject: Subject, setting: Setting): CellFacts['belt'] =>
  checkBelt(subject, sizesOf(subject, setting, sequencesMeasured));

/** Section 2 of a cell without a belt. */
export const candidatesOf = (subject: Subject, setting: Setting): CellFacts['beltCandidates'] =>
  rankCandidates(subject, sizesOf(subject, setting, sequencesMeasured));

/** The figure of section 2. */
export const figureOf = (subject: Subject, setting: Setting): CellFacts['figure'] =>
  drawFigure(subject, sizesOf(subject, setting, sequencesMeasured));

/** Section 3 of a cell under one initialisation. */
export const reachFactsOf = (subject: Subject, variant: Variant, setting: Setting): ReachFacts =>
  reachOf(subject, variant, sizesOf(subject, setting, pinned.batch));
