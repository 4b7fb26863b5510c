import { describe, expect, test } from 'vitest';
import { fixtureFacts } from '../../report/testing/fixture.ts';
import type { LearningRun } from '../facts.ts';
import { renderBelt } from './belt.ts';
import { renderGradients } from './gradients.ts';
import { renderHeader } from './header.ts';
import { renderLearning, renderRemedy, wordsFor } from './learning.ts';
import { loss, percent, rough, short } from './numbers.ts';
import { progressLine } from './progress.ts';
import { renderReach } from './reach.ts';
import { coloured, plain, styleFor } from './style.ts';
import { renderVerdict } from './verdict.ts';

test('the whole figure', () => {
  const { settings, cells, reach, learning, remedy, verdict } = fixtureFacts();
  const steps = settings.steps;
  const sections = [
    renderHeader(settings, cells, plain),
    renderGradients(cells, true, plain),
    renderBelt(cells, steps, plain),
    renderReach(reach, steps, plain),
    renderLearning(learning, steps, plain),
    remedy === null ? [] : renderRemedy({ ...remedy, searched: 12 }, plain),
    renderVerdict(verdict, { report: 'throughline-report.html', hash: 'abc', args: [] }, plain),
  ];
  expect(`\n${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`).toMatchInlineSnapshot(`
    "
    throughline check · rnn, lstm, gru · float64 · H 16 · T 60 · seed 7

    rnn   h' = tanh(W x + U h + b)

    lstm  f = σ(W_f x + U_f h + b_f)   i, o likewise
          g = tanh(W_g x + U_g h + b_g)
          c' = f ⊙ c + i ⊙ g
          h' = o ⊙ tanh(c')

    gru   r = σ(W_r x + U_r h + b_r)   z likewise
          n = tanh(W_n x + r ⊙ (U_n h + b_n))
          h' = z ⊙ h + (1 − z) ⊙ n

    1 Are the gradients right?                        36 parameters, worst entry shown
      against differences    3e-12 at rnn U_f[3,7]    order 4.0 down to rounding            ✓
      against complex step   4e-16 at rnn W_o[0,2]    independent of our rules              ✓
      against forward mode   2e-15 at rnn b_i[4]      same rules, other order               ✓
      control: tanh′ × (1 + 1e−6)                     caught, 81 × tolerance                ✓
      against PyTorch        committed goldens: run by npm test

    2 Is ∂s_t/∂s_{t−1} = gate_t?                      t = 1…60, every unit
      rnn   has no belt declared
            ∂h_t/∂h_{t−1} against a_t, the rest held: off by 83 %
      lstm  h held       max |∂c_t/∂c_{t−1} − diag f_t|   reverse 0   differences 2e-14      ✓ exact
            not held     one step off by   45 %  bias 0    24 %  bias 1    3 %  chrono
            60 steps     belt / total      8.8e-19/1.6e-12    6.4e-9/2.1e-6    .16/.29
      gru   r, z, n held max |∂h_t/∂h_{t−1} − diag z_t|   reverse 0   differences 2e-14      ✓ exact
            not held     one step off by   45 %  bias 0
            60 steps     belt / total      8.8e-19/1.6e-12

    3 How far does the gradient reach before training?    |∂L/∂state|, log scale
      distance              1      10      20      40      59
      rnn tanh            .61  3.1e-3  1.2e-5 2.0e-10 3.4e-15  █▇▆▃▁  rate .57  ρ(U) .97  σ_max 1.0  mean tanh′ .62
      lstm bias 0         .69     .01  1.2e-4  2.0e-8 3.2e-12  █▇▆▄▂  rate .64
      lstm bias 1         .84     .07  6.4e-3  5.5e-5  3.7e-7  █▇▇▆▅  rate .78
      lstm chrono         1.0     .66     .55     .41     .19  █████  rate .97
      gru reset after     .77     .03  1.3e-3  2.2e-6  3.3e-9  █▇▇▅▄  rate .72

    4 What did it learn?                              adding, T 60, 500 steps, baseline .1667
                         loss    reach at 59           longest memory
      rnn tanh          .1500    9.3e-10 → 8.1e-14     –               ✗ did not learn
      lstm bias 0       .1813    9.3e-10 → 1.3e-10     1.8 steps       ✗ forgot to remember
      lstm bias 1       .0161    9.3e-10 → .01         9.6 steps       ✓ it opened its gates
      lstm chrono       .0025    9.3e-10 → 1.8         69 steps        ✓ it opened its gates
      gru reset after   .0019    9.3e-10 → .55         69 steps        ✓ it opened its gates

    remedy   f forgets half in 1 step. 12 other ways to start measured, the best 3 trained:
      ✓ tried bias of f: 1: reach 5.0e-12 → 3.0e-6, loss .1800 → .0160
      ✓ tried bias of f: chrono(60): reach 5.0e-12 → .22, loss .1800 → .0025
      ✗ tried scale of U: 1.5: reach 5.0e-12 → 4.0e-11, loss .1800 → .1794
      best bias of f: chrono(60): reach 5e-12 → 0.22, loss 0.18 → 0.0025

    verdict  gradients right · belt exact when h is held · “≈ f_t” good to 5 % only with biased gates · lstm and gru learned a lag of 60, rnn did not
             ✗ refuted: ‖∂c[t]/∂c[t−1] − diag(f[t])‖ < 0.1·‖diag(f[t])‖ for lstm bias 0
    report   throughline-report.html    facts --json    sha256 abc
    next     throughline new my-cell    throughline check my-cell.ts
    "
  `);
});

describe('a gradient that is wrong', () => {
  test('is shown for every cell that has one', () => {
    const { cells } = fixtureFacts();
    const spoiled = cells.map((cell) =>
      cell.name === 'lstm' ? { ...cell, gradients: cell.gradients.map((one) => ({ ...one, holds: false })) } : cell,
    );
    const lines = renderGradients(spoiled, false, plain);
    expect(lines.filter((line) => line.endsWith('✗')).length).toBe(4);
    expect(lines[1]).toContain('at lstm U_f[3,7]');
  });
});

test('without training', () => {
  expect(renderLearning(null, 60, plain).join('\n')).toBe(
    '4 What did it learn?                              not trained: --no-train',
  );
});

test('what became of a training, from its facts', () => {
  const run = {
    learned: false,
    diverged: null,
    longestMemory: null,
    reachBefore: 1e-9,
    reachAfter: 0.5,
  } as LearningRun; // what wordsFor reads
  expect(wordsFor(run, 60)).toBe('did not learn');
  expect(wordsFor({ ...run, longestMemory: 2 }, 60)).toBe('forgot to remember');
  expect(wordsFor({ ...run, longestMemory: 20 }, 60)).toBe('did not learn');
  expect(wordsFor({ ...run, longestMemory: 20, learned: true }, 60)).toBe('it opened its gates');
  expect(wordsFor({ ...run, learned: true }, 60)).toBe('');
  expect(wordsFor({ ...run, diverged: 7 }, 60)).toBe('not finite at step 7');
});

test('a remedy that was not found says so', () => {
  const lines = renderRemedy({ finding: 'f forgets half in 1 step', searched: 12, tried: [], best: null }, plain);
  expect(lines).toEqual([
    'remedy   f forgets half in 1 step. 12 other ways to start measured, none of which reaches further',
    '  none found',
  ]);
});

test('numbers in columns', () => {
  const values = [0, 0.72, 0.0035, 12.34, 1e-12, 999, 1e5, -0.5, Number.NaN, Number.POSITIVE_INFINITY];
  expect(values.map((value) => short(value))).toEqual([
    '0',
    '.72',
    '3.5e-3',
    '12',
    '1.0e-12',
    '999',
    '1.0e5',
    '-.50',
    'NaN',
    '∞',
  ]);
  expect([0, 3.4e-12, Number.NaN].map(rough)).toEqual(['0', '3e-12', 'NaN']);
  expect([1 / 6, 0.0025, 1.5, 1e9, Number.NaN].map(loss)).toEqual(['.1667', '.0025', '1.5000', '1.0e9', 'NaN']);
  expect([0.05, 0.47, 0, 1.2, 0.004].map(percent)).toEqual(['5 %', '47 %', '0 %', '120 %', '0.4 %']);
});

test('colours on a terminal only, and never with NO_COLOR', () => {
  expect(styleFor(true, undefined)).toBe(coloured);
  expect(styleFor(true, '')).toBe(coloured);
  expect(styleFor(true, '1')).toBe(plain);
  expect(styleFor(false, undefined)).toBe(plain);
});

test('progress off a terminal is a line at every quarter', () => {
  const said: string[] = [];
  const line = progressLine(false, (text) => said.push(text));
  for (let made = 0; made <= 40; made++) line.update(made, 40);
  line.stop();
  expect(said).toEqual([
    'training: 10 of 40 updates',
    'training: 20 of 40 updates',
    'training: 30 of 40 updates',
    'training: 40 of 40 updates',
  ]);
});
