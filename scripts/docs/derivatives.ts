// npm run table: writes docs/derivatives.md, every derivative of every op in every mode, as measured.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { primitives } from '@throughline/autograd';
import {
  bounds,
  type Cell,
  columns,
  composites,
  keyOf,
  measureComposite,
  measureRow,
  type Row,
  samples,
} from '@throughline/autograd/testing';
import { root } from '../files.ts';

export const page = 'docs/derivatives.md';

/** Random calls per primitive, and per function over primitives: its shapes do not vary, nor has it rules of its own. */
const calls = 3;
const callsOfComposites = 1;

const introduction = `# Derivatives, op by op

<!-- Written by \`npm run table\` from measurements. Do not edit. -->

Every primitive is called ${calls} times at random operands at which it is smooth, and every function over primitives (a composite)
once, with random cotangents u and directions v₁, v₂, v₃. φ(x) = Σ u·y is a scalar, and a cell is one way to compute its derivative Dⁿφ[v₁, …, vₙ]:

| column | computed by |
|---|---|
| R, RR, RRR | reverse mode: grad, the grad of that along v₁, the grad of that along v₂ |
| F, FF, FFF | forward mode: jvp, jvp of jvp, jvp of that |
| FR, FFR | forward over reverse: jvp of grad, jvp of that; it begins at order 2 |
| v… | vmap of each, over operands, cotangents and directions at once, 3 examples |
| op | vmap of the op itself, at any operands of any dtype it takes, over each choice of them, for 0, 1 and 3 examples |

**✓ with a number** is the largest error that was found. Float64 is held against five-point differences of the derivative of one order
less, computed exactly in reverse mode (order 1: of φ itself), so an order counts only if those below hold. It must come within
${text(bounds.differences)}, or what the samples state, besides ten times the estimated error of the differences. Float32 is held against
float64 at the same numbers, within ${text(bounds.float32)}. Errors are relative to ‖∇Dⁿ⁻¹φ‖ ‖vₙ‖, or to the same of a lower order where that is
larger (a third derivative may be 0). **✓ =** has the bits of a loop over the examples. **✗** would be an error, and fails
\`npm test\`, which measures all of this again.

**—** is none by definition, for the reason in the footnote. int32 and bool have no derivatives at all: their cotangent is null.
`;

/** The page as it should be. */
export function derivativesPage(rows: readonly Row[] = measureAll(), functions = measureComposites()): string {
  const cells = [...rows, ...functions].flatMap((row) => [...row.float64.values(), ...row.float32.values()]);
  const reasons = [...new Set(cells.flatMap(reasonOf))];
  const zeros = rows.flatMap(({ name }) => (samples[name]?.notTheDerivative === undefined ? [] : [name]));
  const notes = reasons.map((reason, i) => `${superscript(i + 1)} ${reason}.`);
  const meant = zeros.map(
    (name) => `\`${name}\`: ${samples[name]?.notTheDerivative}; its derivative is held against 0.`,
  );
  return [
    introduction,
    `## float64\n\n${table(rows, 'float64', reasons)}`,
    `## float32\n\n${table(rows, 'float32', reasons)}`,
    `## Composites in float64\n\n${table(functions, 'float64', reasons, 'composite')}`,
    `## Composites in float32\n\n${table(functions, 'float32', reasons, 'composite')}`,
    `${[...notes, ...meant].join('  \n')}\n`,
  ].join('\n');
}

/** One measured row per op that has samples, which the registry test holds to be all of them. */
const measureAll = (): Row[] => Object.keys(samples).map(measure);

/** One measured row per function over primitives, which a test beside their samples holds to be all of them. */
const measureComposites = (): Row[] => Object.keys(composites).map(measureFunction);

export function measure(name: string): Row {
  const [primitive, own] = [primitives.get(name), samples[name]];
  if (primitive === undefined || own === undefined)
    throw new Error(`${name} is not in the registry, or has no samples`);
  return measureRow(primitive, own, { calls });
}

export function measureFunction(name: string): Row {
  const composite = composites[name];
  if (composite === undefined) throw new Error(`${name} has no samples`);
  return measureComposite(name, composite, { calls: callsOfComposites });
}

export function table(
  rows: readonly Row[],
  dtype: 'float64' | 'float32',
  reasons: readonly string[],
  what = 'primitive',
): string {
  const head = ['op', 'op', ...columns.map(({ mode, order, mapped }) => `${mapped ? 'v' : ''}${letters(mode, order)}`)];
  const lines = rows.map((row) => line(row, dtype, reasons));
  return `${[`| ${head.join(' | ').replace('op', what)} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')}\n`;
}

/** One row of the page. */
export function line(row: Row, dtype: 'float64' | 'float32', reasons: readonly string[]): string {
  const cells = columns.map((column) => {
    const cell = row[dtype].get(keyOf(column));
    return cell === undefined ? '✗' : show(cell, column.mapped, reasons);
  });
  return `| ${[`\`${row.name}\``, show(row.values, true, reasons), ...cells].join(' | ')} |`;
}

const letters = (mode: string, order: number): string =>
  mode === 'reverse' ? 'R'.repeat(order) : mode === 'forward' ? 'F'.repeat(order) : `${'F'.repeat(order - 1)}R`;

function show(cell: Cell, mapped: boolean, reasons: readonly string[]): string {
  if ('reason' in cell) return `—${superscript(reasons.indexOf(cell.reason) + 1)}`;
  if (!cell.holds) return '✗';
  return mapped ? '✓ =' : `✓ ${text(cell.error)}`;
}

const reasonOf = (cell: Cell): string[] => ('reason' in cell ? [cell.reason] : []);
const superscript = (n: number): string => [...String(n)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');

function text(x: number): string {
  return x === 0 ? '0' : x.toExponential(0).replace('-', '−');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  writeFileSync(join(root, page), derivativesPage());
  process.stdout.write(`${page}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
