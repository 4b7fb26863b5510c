import type { BeltFacts, CellFacts, Facts } from '../../check/facts.ts';
import { drawBelt } from '../belt-svg.ts';
import { type Html, html } from '../html.ts';
import { colorsOf, nameOf } from '../names.ts';
import { formula, mark, number, percent, table } from '../parts.ts';
import { distanceFigure, leakFigure, scatterFigure } from './belt-figures.ts';

/** Question 2: the derivative along the belt against its gate, held and not held. */
export async function beltSection(facts: Facts): Promise<Html> {
  const color = colorsOf(facts);
  const cells: Html[] = [];
  for (const cell of facts.cells) cells.push(await cellPart(cell, color));
  const belts = facts.cells.flatMap(({ belt }) => (belt ? [belt] : []));
  const [first] = belts;
  return html`<section id="belt"><p class="ordinal">2</p><h2>${
    first && belts.length === 1 ? html`Is ${step(first)} = ${first.keep}<sub>t</sub>?` : 'Is the belt’s step its gate?'
  }</h2>
<p>Along the belt a state is carried on by its gate. With the other states held constant, the derivative of one step is exactly the gate. The total derivative also goes round through the other states; what that adds is the leak.</p>
${cells}</section>`;
}

const step = ({ state }: BeltFacts): Html => html`∂${state}<sub>t</sub>/∂${state}<sub>t−1</sub>`;

async function cellPart(cell: CellFacts, color: (name: string) => number): Promise<Html> {
  const { name, belt, figure: drawing } = cell;
  const drawn =
    drawing &&
    html`<figure class="wide"><div class="scroll">${drawBelt(drawing)}</div><figcaption>${nameOf(name, drawing.variant)}, drawn from the tape of its run. The width of a band is the share of the gradient that flows back along it: ‖cotangent‖ of the connection over ‖∂L/∂${drawing.belt}‖ at the last step drawn. The belt is blue, with its shares; dashed bands carry less than 0.5 %.</figcaption></figure>`;
  if (!belt) return html`<article class="cell"><h3>${name}</h3>${drawn}${candidates(cell)}</article>`;
  return html`<article class="cell"><h3>${name}</h3>${drawn}
<div class="tables">${heldTable(belt)}${variantTable(name, belt)}</div>${await figures(name, belt, color)}</article>`;
}

async function figures(name: string, belt: BeltFacts, color: (name: string) => number): Promise<Html> {
  const { state, keep } = belt;
  const scatter: Html[] = [];
  const distance: Html[] = [];
  for (const variant of belt.variants) {
    scatter.push(await scatterFigure(name, belt, variant, color));
    distance.push(await distanceFigure(name, belt, variant, color));
  }
  if (scatter.length === 0) return html`<p>No run was made to draw.</p>`;
  if (scatter.length === 1) {
    return html`<h4 class="over">Every unit and step: the gate against the diagonal of ${step(belt)}; and ‖∏ diag ${keep}‖₂ against ‖∂${state}<sub>T</sub>/∂${state}<sub>T−k</sub>‖₂ by distance</h4>
<div class="row three">${scatter}${distance}</div>
<h4 class="over">Leak by step</h4>
${await leakFigure(name, belt, color)}`;
  }
  return html`<h4 class="over">Every unit and step: the gate against the diagonal of ${step(belt)}, and what is left</h4>
<div class="row three">${scatter}</div>
<h4 class="over">Leak by step</h4>
${await leakFigure(name, belt, color)}
<h4 class="over">The belt alone, ‖∏ diag ${keep}‖₂, against the total, ‖∂${state}<sub>T</sub>/∂${state}<sub>T−k</sub>‖₂, by distance</h4>
<div class="row three">${distance}</div>`;
}

function candidates({ beltCandidates }: CellFacts): Html {
  if (beltCandidates.length === 0)
    return html`<p>No belt was declared, and there is no pair of a state and a tap to compare.</p>`;
  return html`<p>No belt was declared. Pairs of a state and a tap, by how far the derivative of the state’s step is from the tap:</p>
${table(
  [
    ['text', 'state'],
    ['text', 'tap'],
    ['number', 'deviation'],
  ],
  beltCandidates.map(({ state, tap, deviation }) => [formula(state), formula(tap), number(deviation, 2)]),
)}`;
}

const heldTable = ({ held, holding }: BeltFacts): Html =>
  table(
    [
      ['mark', ''],
      ['text', holding.length === 0 ? 'nothing held' : formula(`${holding.join(', ')} held`)],
      ['text', 'by'],
      ['number', 'worst'],
      ['text', 'at'],
      ['number', 'tolerance'],
    ],
    held.map((one) => [
      mark(one.holds),
      formula(one.name),
      one.note === '' ? one.oracle : `${one.oracle}, ${one.note}`,
      number(one.worst, 2),
      one.at,
      number(one.tolerance, 1),
    ]),
  );

const variantTable = (name: string, { variants }: BeltFacts): Html =>
  table(
    [
      ['text', 'nothing held'],
      ['number', 'one step off by'],
      ['number', 'over steps'],
      ['number', 'belt'],
      ['number', 'total'],
      ['number', 'belt / total'],
    ],
    variants.map(({ label, oneStepOff, byDistance }) => {
      const far = byDistance.at(-1);
      const rest = far
        ? [far.distance, number(far.belt, 2), number(far.total, 2), number(far.belt / far.total, 2)]
        : ['–', '–', '–', '–'];
      return [nameOf(name, label), percent(oneStepOff), ...rest];
    }),
  );
