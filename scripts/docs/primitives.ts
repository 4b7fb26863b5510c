// npm run docs: writes docs/primitives.md from the registry, the doc comments and the samples of the law tests.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Primitive, primitives } from '@throughline/autograd';
import { samples } from '@throughline/autograd/testing';
import { root } from '../files.ts';
import { type OpComment, opComments } from './op-comments.ts';

export const page = 'docs/primitives.md';

const introduction = `# Primitives

<!-- Written by \`npm run docs\` from the registry and the doc comments. Do not edit. -->

What is on a tape, and what everything else is made of. y is the result (z for two operands), a bar a cotangent: x̄ = ∂L/∂x.
Operands of ops broadcast; the primitive itself sees them at one shape.

**Kind** is what a primitive means, as data: back ends branch on these, never on names.

| kind | means |
|---|---|
| map | a scalar expression, element by element |
| reduce | axes combined and dropped |
| contract | a product over labelled axes |
| view | the same elements elsewhere |
| gather, scatter | elements at indices that are data |
| structured | contains Programs |
| recurrence | a chain along axis 0: y_t = a_t·y_{t−1} + b_t |
| host | its reference kernel is all there is |

**At kinks and ties** the derivative is a convention: operands → the cotangent of each, when the result's is 1. The law tests
hold each primitive to these.
`;

/** The page as it should be. */
export function primitivesPage(): string {
  const ops = opComments();
  const named = new Set(ops.map(({ name }) => name));
  // Tests and pages define primitives of their own; those of the library are the ones that are exported.
  const own = ops.filter(({ name }) => primitives.has(name));
  const composites = ops.filter(({ name }) => !primitives.has(name));
  const groups = [...new Set(own.map(({ group }) => group))];
  const hidden = [...primitives.keys()].filter((name) => !named.has(name) && samples[name] !== undefined);
  if (hidden.length > 0) throw new Error(`primitives without a public op: ${hidden.join(', ')}`);
  const tables = groups.map((group) => {
    const rows = own.filter((op) => op.group === group).map(primitiveRow);
    return `## ${capital(group)}\n\n${table(['op', 'kind', 'gives', 'gradient', 'at kinks and ties'], rows)}`;
  });
  const rows = composites.map((op) => [signature(op), op.summary, op.gradient]);
  const rest = `## Composites\n\nMade of the primitives above; their gradients follow, and are stated for reference.\n\n${table(['op', 'gives', 'gradient'], rows)}`;
  return `${[introduction, ...tables, rest].join('\n')}`;
}

function primitiveRow(op: OpComment): string[] {
  const { semantics } = primitives.get(op.name) as Primitive; // asked before
  return [signature(op), semantics.kind, op.summary, op.gradient, kinksOf(op.name)];
}

const signature = ({ name, parameters, path }: OpComment): string => `[\`${name}(${parameters})\`](../${path})`;

/** What the law tests hold it to: operands, then the operands' cotangents when the result's is 1. */
function kinksOf(name: string): string {
  const kinks = samples[name]?.kinks ?? [];
  const texts = kinks.map(
    ({ inputs, expected }) => `${several(inputs.map(({ storage }) => list(storage)))} → ${several(expected.map(list))}`,
  );
  return [...new Set(texts)].join('; '); // float32 and float64 read alike
}

const several = (texts: readonly string[]): string => (texts.length === 1 ? texts.join() : `(${texts.join(', ')})`);

const list = (values: ArrayLike<number>): string => {
  const texts = Array.from(values, number);
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
};

const number = (x: number): string =>
  Object.is(x, -0) ? '−0' : x === 0.5 ? '½' : x === Number.POSITIVE_INFINITY ? '∞' : String(x).replace('-', '−');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, i) => rows.some((row) => row[i] !== ''));
  const line = (cells: readonly string[]) =>
    `| ${cells
      .filter((_, i) => used[i])
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(join(root, page), primitivesPage());
