import type { Link, Node } from '../language/ast.ts';
import { partsOf } from '../language/ast.ts';
import { type Reading, readFor } from '../meaning/reading.ts';
import type { Sides } from './compare.ts';

/** A relation whose right side was changed so that it should fail. */
export interface Control {
  readonly change: string;
  apply(sides: Sides): Sides;
}

const nudge = 1e-3;

/** The right side scaled by 1 + 1e-3, or moved to where the relation must fail. */
export function scaledControl({ relation, within }: Link, all: readonly Sides[]): Control {
  const map =
    (f: (right: number) => number) =>
    (sides: Sides): Sides => ({ ...sides, right: sides.right.map(f) });
  if (relation === '=' || relation === '≈') {
    const by = relation === '=' ? nudge : 3 * (within?.size ?? 0) + nudge;
    const isZero = all.every(({ right }) => right.every((value) => value === 0));
    if (isZero || within?.relative === false)
      return { change: `right side + ${by}`, apply: map((right) => right + by) };
    return { change: `right side × ${1 + by}`, apply: map((right) => right * (1 + by)) };
  }
  const sign = relation === '≤' || relation === '<' ? 1 : -1;
  let gap = Number.POSITIVE_INFINITY;
  let size = 0;
  for (const { left, right } of all)
    left.forEach((value, k) => {
      gap = Math.min(gap, sign * ((right[k] ?? 0) - value));
      size = Math.max(size, Math.abs(value));
    });
  const by = sign * (Math.max(gap, 0) + nudge * (size || 1));
  return {
    change: `right side ${sign > 0 ? '−' : '+'} ${Number(Math.abs(by).toPrecision(3))}`,
    apply: map((right) => right - by),
  };
}

/** The same claim with another line, or the same line a step earlier, in place of the first one that stands outside a derivative. */
export function otherLines({
  claim,
  statement,
  words,
}: Reading): { readonly change: string; readonly reading: Reading }[] {
  if (statement.kind !== 'relation' || statement.links.some(({ relation }) => relation !== '=')) return [];
  const node = statement.sides
    .toReversed()
    .map(firstLine)
    .find((found) => found !== undefined);
  if (node === undefined) return [];
  const own = words.lines.get(node.name);
  const others = [...words.lines.values()].filter(
    (line) => line.name !== node.name && line.size === own?.size && line.name !== 'out',
  );
  const replacements = [
    {
      shown: `${node.name} a step earlier`,
      node: { ...node, time: { ...node.time, constant: node.time.constant - 1 } },
    },
    ...others.map((line) => ({ shown: `${line.name} for ${node.name}`, node: { ...node, name: line.name } })),
  ];
  return replacements.flatMap(({ shown, node: other }) => {
    const sides = statement.sides.map((side) => replace(side, node, other));
    try {
      return [{ change: shown, reading: readFor({ ...claim, statement: { ...statement, sides } }, words) }];
    } catch {
      return []; // that line does not exist at that step
    }
  });
}

type LineNode = Node & { kind: 'line' };

function firstLine(node: Node): LineNode | undefined {
  if (node.kind === 'line') return node;
  if (node.kind === 'derivative') return undefined;
  for (const part of partsOf(node)) {
    const found = firstLine(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A copy of an expression with one node put in place of another. */
function replace(node: Node, from: Node, to: Node): Node {
  if (node === from) return to;
  switch (node.kind) {
    case 'negative':
    case 'transpose':
      return { ...node, of: replace(node.of, from, to) };
    case 'binary':
      return { ...node, left: replace(node.left, from, to), right: replace(node.right, from, to) };
    case 'call':
      return { ...node, args: node.args.map((arg) => replace(arg, from, to)) };
    case 'fold':
      return { ...node, body: replace(node.body, from, to) };
    default:
      return node;
  }
}
