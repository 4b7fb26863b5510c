import type { Facts } from '../../check/facts.ts';
import { commandLine, type ReportContext } from '../context.ts';
import { type Fragment, type Html, html } from '../html.ts';
import { formula, number, table } from '../parts.ts';

/** How every figure came about: formulas, oracles, controls, tolerances, seeds, and what the hash covers. */
export function methodSection(facts: Facts, context: ReportContext, hash: string): Html {
  const { machine } = context;
  return html`<section id="method"><h2>Method</h2>
<h3>Formulas</h3><dl class="formulas">${formulas.map(([name, text, where]) => html`<dt>${name}</dt><dd>${text}<span>${where}</span></dd>`)}</dl>
<h3>Oracles, controls and tolerances</h3>
<p>A check that cannot fail is no evidence. Forward mode agreeing with reverse mode shows that rules were transposed rightly, not that they are right; the independent oracles are the others. A control plants a known error and holds when it was caught.</p>
${oracleTable(facts)}
<h3>Seeds and settings</h3>
${settingsList(facts)}
<h3>This run</h3>
<dl class="run"><dt>Command</dt><dd><code>${commandLine(context)}</code></dd>
<dt>Version</dt><dd>throughline ${context.version}</dd>
<dt>Begun</dt><dd>${context.started}, ${context.seconds.toFixed(1)} s</dd>
<dt>Machine</dt><dd>Node ${machine.node}, ${machine.platform} ${machine.arch}, ${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}</dd>
<dt>sha256</dt><dd><code>${hash}</code></dd></dl>
<p class="how">The hash is taken over all facts as canonical JSON: keys sorted, each number as its shortest decimal that reads back as the same double, every NaN one value, −0 kept. Times, paths and the machine are not among the facts, so the hash is the same wherever the same version checks the same cells with the same settings.</p>
</section>`;
}

const t = html`<sub>t</sub>`;
const formulas: readonly (readonly [string, Html, Fragment])[] = [
  [
    'one step off by',
    html`‖∂s${t}/∂s<sub>t−1</sub> − diag k${t}‖<sub>F</sub> / ‖diag k${t}‖<sub>F</sub>, mean over t`,
    html`s the belt’s state, k its keep gate; ∂ the total derivative, nothing held`,
  ],
  [
    'held',
    html`max |∂s${t}/∂s<sub>t−1</sub> − diag k${t}|`,
    'over every t and unit; every node of a held line between the two ends is a constant',
  ],
  [
    'belt / total',
    html`‖∏ diag k‖<sub>2</sub> and ‖∂s<sub>T</sub>/∂s<sub>T−k</sub>‖<sub>2</sub>`,
    'the product of the gates over the last k steps, and the total derivative over the same distance',
  ],
  ['reach at k', html`‖∂L/∂s<sub>T−k</sub>‖ / ‖∂L/∂s<sub>T</sub>‖`, 's the belt’s state, else the first'],
  ['rate', html`exp(mean of ln reach per step)`, 'the factor by which the reach falls with each step'],
  ['longest memory', html`ln ½ / ln f̄`, 'the longest half-life of a unit, f̄ its mean gate over test sequences'],
  [
    'share of the gradient',
    html`‖cotangent along the connection‖<sub>2</sub> / ‖∂L/∂s<sub>τ</sub>‖<sub>2</sub>`,
    'in the figure of the belt; τ is the last step drawn',
  ],
];

function oracleTable({ cells }: Facts): Html {
  const seen = new Map<string, Fragment[]>();
  for (const { name: cell, gradients, belt } of cells) {
    for (const { name, oracle, tolerance, note } of [...gradients, ...(belt?.held ?? [])]) {
      const key = `${name}\n${oracle}\n${tolerance}`;
      const row = seen.get(key);
      if (row) row[3] = [row[3] ?? '', `, ${cell}`];
      else seen.set(key, [formula(name), oracle, number(tolerance, 1), cell, note]);
    }
  }
  return table(
    [
      ['text', 'check'],
      ['text', 'oracle or control'],
      ['number', 'tolerance'],
      ['text', 'cells'],
      ['text', 'note'],
    ],
    [...seen.values()],
  );
}

function settingsList({ settings: s, learning }: Facts): Html {
  return html`<dl class="run"><dt>Arithmetic</dt><dd>${s.dtype}, correctly rounded + − × ÷ √ and polynomial evaluations of our own for the rest</dd>
<dt>Sizes</dt><dd>H ${s.hidden} hidden units, ${s.inputs} inputs, T ${s.steps} steps, batch ${s.batch}</dd>
<dt>Seed</dt><dd>${s.seed}: parameters, inputs and random directions all derive from it</dd>
${learning && html`<dt>Training</dt><dd>${learning.task}, ${learning.steps} steps, batch ${learning.batch}, baseline ${number(learning.baseline, 4)}</dd>`}</dl>`;
}
