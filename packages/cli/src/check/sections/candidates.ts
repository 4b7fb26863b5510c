import { partial } from '@throughline/rnn/analysis';
import { isDifferentiable, sameShape } from '@throughline/tensor';
import type { CellFacts } from '../facts.ts';
import type { Sizes } from '../probe.ts';
import type { Subject } from '../subjects.ts';
import { runCell } from './belt-run.ts';

/**
 * Section 2 of a cell that declares no belt: for each state and each tap of its shape, the mean over t of
 * ‖∂s_t/∂s_{t−1} − diag tap_t‖_F / ‖diag tap_t‖_F, smallest first. The other states are held, and once the taps too:
 * the smaller of the two counts.
 */
export function rankCandidates(subject: Subject, sizes: Sizes): CellFacts['beltCandidates'] {
  const run = runCell(subject.cell, sizes);
  const states = subject.cell.stateNames.filter((name) => isDifferentiable(run.line(name).at(1)));
  const taps = run.tapNames.filter((name) => isDifferentiable(run.line(name).at(1)));
  const pairs = states.flatMap((state) =>
    taps.flatMap((tap) => (sameShape(run.line(state).at(1).shape, run.line(tap).at(1).shape) ? [{ state, tap }] : [])),
  );
  const all = pairs.map(({ state, tap }) => {
    const others = states.filter((name) => name !== state).map((name) => run.line(name));
    const everything = [...others, ...taps.map((name) => run.line(name))];
    const deviation = Math.min(deviationOf(state, tap, others), deviationOf(state, tap, everything));
    return { state, tap, deviation };
  });
  return all.sort((a, b) => a.deviation - b.deviation);

  function deviationOf(state: string, tap: string, holding: Parameters<typeof partial>[2]['holding']): number {
    let sum = 0;
    for (let t = 1; t <= run.steps; t++) {
      const jacobian = partial(run.line(state).at(t), run.line(state).at(t - 1), { holding });
      sum += jacobian.versus(run.line(tap).at(t)).relative;
    }
    return sum / run.steps;
  }
}
