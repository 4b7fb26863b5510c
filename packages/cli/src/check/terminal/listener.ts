import type { CheckOptions } from '../options.ts';
import type { Listener } from '../run.ts';
import { renderBelt } from './belt.ts';
import { renderClaims } from './claims.ts';
import { renderGradients } from './gradients.ts';
import { renderHeader } from './header.ts';
import { renderLearning, renderRemedy } from './learning.ts';
import { print } from './print.ts';
import { progressLine } from './progress.ts';
import { renderReach } from './reach.ts';
import type { Style } from './style.ts';

/** What listens to a check while it runs. */
export interface Shown {
  readonly listener: Listener;
  stop(): void;
}

/** With --json nothing is said before the end. */
export const silent: Shown = { listener: {}, stop: () => undefined };

/** Prints each section as soon as it is known. */
export function terminal({ file, steps }: CheckOptions, style: Style): Shown {
  const show = (lines: readonly string[]): void => print(`${lines.join('\n')}\n`);
  const progress = progressLine(process.stderr.isTTY === true, (text) => console.error(text));
  return {
    stop: () => progress.stop(),
    listener: {
      settings: (settings, cells) => show(renderHeader(settings, cells, style)),
      gradients: (cells) => show(renderGradients(cells, file === null, style)),
      belt: (cells) => show(renderBelt(cells, steps, style)),
      reach: (rows) => show(renderReach(rows, steps, style)),
      progress: (made, of) => progress.update(made, of),
      learning: (facts) => {
        progress.stop();
        show(renderLearning(facts, steps, style));
      },
      claims: (facts) => show(renderClaims(facts, style)),
      remedy: (facts) => show(renderRemedy(facts, style)),
    },
  };
}
