import type { CellFacts, Facts } from '../../check/facts.ts';
import { type Html, html } from '../html.ts';
import { equations, formula, mark, number, table } from '../parts.ts';

/** Question 1, with each cell's equations: what was checked is what is printed. */
export function gradientSection(facts: Facts): Html {
  return html`<section id="gradients"><p class="ordinal">1</p><h2>Are the gradients right?</h2>
<p>Every parameter of every cell; the worst entry is shown. The last line of each table is a control: a derivative was made wrong on purpose, and the check has to notice.</p>
${facts.cells.map(cellPart)}</section>`;
}

const cellPart = (cell: CellFacts): Html => html`<article class="cell"><h3>${cell.name}</h3>
<p class="count">${cell.parameters.tensors} parameters, ${cell.parameters.numbers} numbers</p>
<div class="pair"><div>${equationPart(cell)}</div><div>${
  cell.gradients.length === 0 ? html`<p>No gradient was checked.</p>` : gradientTable(cell)
}</div></div></article>`;

function equationPart({ equations: forward, backward = [] }: CellFacts): Html {
  if (backward.length === 0) return equations(forward);
  return html`<h4>Forward</h4>${equations(forward)}<h4>Backward</h4>${equations(backward)}`;
}

const gradientTable = ({ gradients }: CellFacts): Html =>
  table(
    [
      ['mark', ''],
      ['text', 'compared'],
      ['number', 'worst'],
      ['text', 'at'],
      ['number', 'tolerance'],
    ],
    gradients.map((one) => [
      mark(one.holds),
      html`${formula(one.name)}<br><span class="at">${[one.oracle, one.note].filter((text) => text !== '').join(' · ')}</span>`,
      number(one.worst, 2),
      formula(one.at),
      number(one.tolerance, 1),
    ]),
  );
