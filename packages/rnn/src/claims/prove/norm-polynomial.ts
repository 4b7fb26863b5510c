import type { Node } from '../language/ast.ts';
import { largestSlope } from '../language/functions.ts';

/** Σ coefficient · Π ‖parameter‖₂, by the parameters' paths in order: what a norm is bounded by. */
export type NormPolynomial = ReadonlyMap<string, number>;

const separator = ' ';

export const constantBound = (value: number): NormPolynomial => new Map(value === 0 ? [] : [['', value]]);
export const normOf = (path: string): NormPolynomial => new Map([[path, 1]]);

/** Which way a result that is not exact is rounded: what was found up, what is claimed down. */
type Rounding = 1 | -1;

export function addBounds(a: NormPolynomial, b: NormPolynomial, rounding: Rounding = 1): NormPolynomial {
  const sum = new Map(a);
  for (const [key, value] of b) sum.set(key, sumOf(sum.get(key) ?? 0, value, rounding));
  return sum;
}

export function multiplyBounds(a: NormPolynomial, b: NormPolynomial, rounding: Rounding = 1): NormPolynomial {
  let result: NormPolynomial = new Map();
  for (const [x, m] of a)
    for (const [y, n] of b) {
      const key = [...x.split(separator), ...y.split(separator)]
        .filter((path) => path !== '')
        .sort()
        .join(separator);
      result = addBounds(result, new Map([[key, productOf(m, n, rounding)]]), rounding);
    }
  return result;
}

/** Norms are not negative, so a bound holds when it does term by term. */
export const isBelow = (a: NormPolynomial, b: NormPolynomial): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].every((key) => (a.get(key) ?? 0) <= (b.get(key) ?? 0));

const away = (value: number, rounding: Rounding): number => value * (1 + rounding * 4.5e-16);

function sumOf(a: number, b: number, rounding: Rounding): number {
  const sum = a + b;
  const second = sum - a;
  const error = a - (sum - second) + (b - second);
  return error === 0 ? sum : away(sum, rounding);
}

/** Two numbers of 24 bits have an exact product. */
function productOf(a: number, b: number, rounding: Rounding): number {
  const isExact = a === 1 || b === 1 || [a, b].every((x) => Math.fround(x) === x);
  return isExact ? a * b : away(a * b, rounding);
}

/** A side of a claim as such a polynomial; undefined when it has anything else in it. `path` finds parameters. */
export function readBound(
  node: Node,
  path: (node: Node & { kind: 'name' }) => string | undefined,
): NormPolynomial | undefined {
  if (node.kind === 'number') return node.value >= 0 ? constantBound(node.value) : undefined;
  if (node.kind === 'slope') return constantBound(largestSlope[node.activation] ?? 0);
  if (node.kind === 'call' && ['norm', 'σmax', 'sigmaMax'].includes(node.name)) {
    const [of] = node.args;
    const matrix = of?.kind === 'transpose' ? of.of : of;
    const found = matrix?.kind === 'name' ? path(matrix) : undefined;
    return found === undefined ? undefined : normOf(found);
  }
  if (node.kind !== 'binary') return undefined;
  const left = readBound(node.left, path);
  if (left === undefined) return undefined;
  if (node.op === '^') {
    const { right } = node;
    if (right.kind !== 'number' || !Number.isInteger(right.value) || right.value < 0 || right.value > 16)
      return undefined;
    return Array.from({ length: right.value }).reduce<NormPolynomial>(
      (product) => multiplyBounds(product, left, -1),
      constantBound(1),
    );
  }
  const right = readBound(node.right, path);
  if (right === undefined) return undefined;
  if (node.op === '+') return addBounds(left, right, -1);
  return node.op === '·' || node.op === '*' || node.op === '⊙' ? multiplyBounds(left, right, -1) : undefined;
}
