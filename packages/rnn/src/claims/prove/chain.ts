import { Recorded } from '@throughline/autograd';
import { full } from '@throughline/tensor';
import { place } from '../../questions/nodes.ts';
import type { DerivativeNode, Node, Time } from '../language/ast.ts';
import { readFor } from '../meaning/reading.ts';
import { proveEqual } from './equality.ts';

import type { Subject } from './subject.ts';
import { traceRun } from './trace-side.ts';
import { attempt } from './unprovable.ts';

/** Proves a relation of one step for a subject. */
type ProveStep = (subjects: readonly Subject[], node: DerivativeNode, right: Node) => boolean;

const induction = 'by induction over the steps: every path between them passes through each one in between';

/**
 * ‖∂y[T]/∂y[t]‖ ≤ E^(T−t) from ‖∂y[s]/∂y[s−1]‖ ≤ E, by the chain rule.
 */
export function proveChained(
  subjects: readonly Subject[],
  node: DerivativeNode,
  right: Node,
  below: ProveStep,
): string | undefined {
  if (right.kind !== 'binary' || right.op !== '^') return undefined;
  const distance = right.right;
  if (!isDistance(distance, node)) return undefined;
  return chained(subjects, node, right.left, 's', below);
}

/** ∂y[T]/∂y[t] = ∏ M[s], or diag(∏ v[s]), from ∂y[s]/∂y[s−1] = M[s]. */
export function proveProduct(subjects: readonly Subject[], left: Node, right: Node): string | undefined {
  if (left.kind !== 'derivative') return undefined;
  const isDiagonal = right.kind === 'call' && right.name === 'diag';
  const fold = isDiagonal ? right.args[0] : right;
  if (fold?.kind !== 'fold' || fold.op !== 'prod') return undefined;
  const startsAfter = sameTime(fold.from, shifted(left.x.time, 1)) && sameTime(fold.to, left.y.time);
  if (!startsAfter) return undefined;
  const body: Node = isDiagonal ? { ...right, args: [fold.body] } : fold.body;
  return chained(subjects, left, body, fold.variable, (some, node, one) => proveEqual(some, node, one));
}

function chained(
  subjects: readonly Subject[],
  node: DerivativeNode,
  right: Node,
  variable: string,
  prove: ProveStep,
): string | undefined {
  const { y, x, holding } = node;
  const isStep = y.name === x.name && holding.every(({ time }) => time === null) && [y.time, x.time].every(isVariable);
  if (!isStep || sameTime(y.time, x.time)) return undefined;
  const at = (constant: number): Time => ({ ...y.time, constant, terms: { [variable]: 1 } });
  const step: DerivativeNode = { ...node, y: { ...y, time: at(0) }, x: { ...x, time: at(-1) } };
  const holds = attempt(() => {
    const single = subjects.map((subject): Subject => {
      const { claim, words } = subject.reading;
      const link = { relation: '≤', within: null, at: y.at, end: y.end } as const;
      // As a relation of two matrices, or of a norm and a number, so that names and shapes are looked up.
      const isNumber = subject.reading.kinds.get(right)?.kind === 'number';
      const left: Node = isNumber ? { kind: 'call', name: 'norm', args: [step], at: y.at, end: y.end } : step;
      const statement = { kind: 'relation', sides: [left, right], links: [link] } as const;
      return { ...subject, reading: readFor({ ...claim, statement }, words) };
    });
    return single.every((subject) => passesThrough(subject, step)) && prove(single, step, right);
  });
  return holds === true ? induction : undefined;
}

/**
 * Whether every path to y at a step, from any state two steps before, passes through y one step before, with the held
 * lines cut. Then ∂y[T]/∂y[t] is the product of its steps.
 */
function passesThrough(subject: Subject, { y, holding }: DerivativeNode): boolean {
  let through = false;
  const { words } = subject.reading;
  const size = words.lines.get(y.name)?.size ?? 0;
  if (words.lines.get(y.name)?.first !== 0) return false;
  traceRun({ ...subject, situation: { times: {}, steps: 2, covers: '' } }, size, ({ lines, cotangent }) => {
    const end = lines.at(y.name, 2);
    const held = holding.flatMap(({ name }) => [1, 2].map((t) => lines.at(name, t)));
    const cut = [lines.at(y.name, 1), ...held.filter((value) => value !== end)].filter(
      (value) => value instanceof Recorded,
    );
    const tape = place(end)?.tape();
    const isHeld = new Set(holding.map(({ name }) => name));
    const open = words.step.states
      .filter((name) => !isHeld.has(name))
      .map((name) => lines.at(name, 0))
      .filter((value) => value instanceof Recorded);
    const ct = end.shape.length === 2 ? cotangent : cotangent.reshape(end.shape);
    const cts = tape?.sweep([end], open, cut)([ct]);
    through = cts?.every((one) => one === null) === true;
    return full([1], 0);
  });
  return through;
}

/** `T − t`, of a derivative from t to T. */
function isDistance(node: Node, { y, x }: DerivativeNode): boolean {
  if (node.kind !== 'binary' || node.op !== '-') return false;
  const isName = (part: Node, time: Time): boolean =>
    part.kind === 'name' && time.constant === 0 && time.terms[part.name] === 1 && isVariable(time);
  return isName(node.left, y.time) && isName(node.right, x.time);
}

/** One variable, as it is. */
const isVariable = ({ constant, terms }: Time): boolean =>
  constant === 0 &&
  Object.values(terms).filter((n) => n !== 0).length === 1 &&
  Object.values(terms).every((n) => n === 0 || n === 1);

const shifted = (time: Time, by: number): Time => ({ ...time, constant: time.constant + by });

function sameTime(a: Time, b: Time): boolean {
  const names = new Set([...Object.keys(a.terms), ...Object.keys(b.terms)]);
  return a.constant === b.constant && [...names].every((name) => (a.terms[name] ?? 0) === (b.terms[name] ?? 0));
}
