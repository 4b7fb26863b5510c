import type { Concrete } from '@throughline/tensor';
import { type AnyPrimitive, primitives } from '../primitive.ts';
import type { ScalarOp } from '../semantics.ts';
import type { NonFiniteCause } from './non-finite-error.ts';
import { numberAt } from './numbers.ts';

/** The outermost operation of a map; null for any other primitive. A map that is its operand moves it. */
export function rootOf(primitive: AnyPrimitive | undefined): ScalarOp | 'move' | null {
  const semantics = primitive?.semantics;
  if (semantics?.kind === 'view' || semantics?.kind === 'gather') return 'move';
  if (semantics?.kind !== 'map') return null;
  const { expression } = semantics;
  if ('op' in expression) return expression.op === 'cast' ? 'move' : expression.op;
  return 'function' in expression ? null : 'move';
}

/** The operation of a primitive that a rule belongs to, by name. */
export const rootNamed = (name: string): ReturnType<typeof rootOf> => rootOf(primitives.get(name));

/** What numbers did it, and what that is called. */
export interface Finding {
  readonly cause: NonFiniteCause;
  readonly evidence: string;
}

/** Why an op gave a number that is not finite at one place of its result. */
export function findCause(
  primitive: AnyPrimitive,
  inputs: readonly Concrete[],
  params: unknown,
  output: Concrete,
  place: number,
): Finding {
  const { name, semantics } = primitive;
  const value = numberAt(output, place);
  if (semantics.kind === 'map') {
    const operands = inputs.map((x) => numberAt(x, place));
    return {
      cause: ofMap(rootOf(primitive), operands, value),
      evidence: `${name}(${operands.join(', ')}) is ${value}`,
    };
  }
  if (semantics.kind === 'contract') return ofProduct(inputs, params as Labels, output, place); // contract's params
  if (semantics.kind === 'reduce' || semantics.kind === 'scatter') {
    const infinite = inputs.some((x) => x.storage.some((n) => !Number.isFinite(n)));
    return { cause: infinite ? '∞−∞' : 'overflow', evidence: `${name} gave ${value}` };
  }
  return { cause: 'unexplained', evidence: `${name} gave ${value} from finite operands` };
}

function ofMap(root: ReturnType<typeof rootOf>, operands: readonly number[], value: number): NonFiniteCause {
  const [a = 0, b = 0] = operands;
  const infinite = (n: number): boolean => Math.abs(n) === Number.POSITIVE_INFINITY;
  if (operands.some((n) => Number.isNaN(n))) return 'unexplained';
  switch (root) {
    case 'div':
      return b === 0 ? 'division by 0' : infinite(b) ? '∞/∞' : 'overflow';
    case 'sqrt':
      return 'sqrt of a negative number';
    case 'log':
      return a === 0 ? 'log of 0' : 'log of a negative number';
    case 'log1p':
      return a === -1 ? 'log of 0' : 'log of a negative number';
    case 'exp':
    case 'expm1':
      return 'exp overflow';
    case 'pow':
      return a === 0 ? 'pow of 0' : a < 0 && Number.isNaN(value) ? 'pow of a negative number' : 'overflow';
    case 'mul':
      return infinite(a) || infinite(b) ? '0·∞' : 'overflow';
    case 'add':
    case 'sub':
      return infinite(a) || infinite(b) ? '∞−∞' : 'overflow';
    default:
      return operands.every(Number.isFinite) && infinite(value) ? 'overflow' : 'unexplained';
  }
}

interface Labels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/** Looks for the product that did it: the first that is not finite, else the largest. */
function ofProduct(inputs: readonly Concrete[], { a, b, out }: Labels, output: Concrete, place: number): Finding {
  const [x, y] = inputs as readonly [Concrete, Concrete]; // a contract has two operands
  const extents = new Map<number, number>();
  for (const [axis, label] of a.entries()) extents.set(label, x.shape[axis] as number); // one label per axis
  for (const [axis, label] of b.entries()) extents.set(label, y.shape[axis] as number); // one label per axis
  const at = new Map<number, number>();
  let rest = place;
  for (const [k, label] of [...out.entries()].reverse()) {
    const extent = output.shape[k] as number; // one label per axis
    at.set(label, rest % extent);
    rest = Math.floor(rest / extent);
  }
  const summed = [...extents.keys()].filter((label) => !out.includes(label));
  const count = summed.reduce((product, label) => product * (extents.get(label) ?? 1), 1);
  const element = (tensor: Concrete, labels: readonly number[]): number =>
    numberAt(
      tensor,
      labels.reduce((offset, label) => offset * (extents.get(label) ?? 1) + (at.get(label) ?? 0), 0),
    );
  let worst: readonly [number, number] = [0, 0];
  for (let k = 0; k < count; k++) {
    let left = k;
    for (const label of summed) {
      const extent = extents.get(label) ?? 1;
      at.set(label, left % extent);
      left = Math.floor(left / extent);
    }
    const pair = [element(x, a), element(y, b)] as const;
    if (!(Math.abs(pair[0] * pair[1]) <= Math.abs(worst[0] * worst[1]))) worst = pair;
    if (!Number.isFinite(worst[0] * worst[1])) break;
  }
  const term = worst[0] * worst[1];
  const infinite = worst.some((n) => !Number.isFinite(n));
  const cause = !infinite ? 'overflow' : Number.isNaN(term) ? '0·∞' : '∞−∞';
  return { cause, evidence: `a sum of ${count} products has the term ${worst[0]} · ${worst[1]}` };
}

/** In a pullback the cause is named after the op, not after the arithmetic of its rule. */
export function inPullback(cause: NonFiniteCause, op: string): NonFiniteCause {
  if (cause !== 'division by 0') return cause;
  const root = rootNamed(op);
  if (root === 'sqrt') return 'sqrt at 0';
  return root === 'log' || root === 'log1p' ? 'log of 0' : root === 'pow' ? 'pow of 0' : cause;
}
