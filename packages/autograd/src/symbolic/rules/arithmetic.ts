import { isFloat, type Tensor } from '@throughline/tensor';
import { add, div, mul, neg, sub } from '../../primitives/maps/arithmetic.ts';
import { sigmoid, tanh } from '../../primitives/maps/exponential.ts';
import { abs } from '../../primitives/maps/kinked.ts';
import { square } from '../../primitives/maps/powers.ts';
import { filled } from '../../primitives/sum-broadcast.ts';
import { binaryRule, type Graph, operandsOf, type Rule, unaryRule } from './rule.ts';

const negated = (graph: Graph, x: Tensor): Tensor | undefined => operandsOf(graph, x, 'neg')?.[0];
const is = (graph: Graph, x: Tensor, value: number): boolean => graph.uniform(x) === value;

/** A factor that is a number, and the other one. */
function scaled(graph: Graph, x: Tensor): { readonly by: number; readonly of: Tensor } | undefined {
  const [a, b] = operandsOf(graph, x, 'mul') ?? [];
  if (a === undefined || b === undefined) return undefined;
  const [left, right] = [graph.uniform(a), graph.uniform(b)];
  return left !== undefined ? { by: left, of: b } : right !== undefined ? { by: right, of: a } : undefined;
}

const sums: readonly Rule[] = [
  binaryRule('add-zero', 'x + 0 = x', 'add', (a, b, graph) => (is(graph, b, 0) ? a : is(graph, a, 0) ? b : null)),
  binaryRule('sub-zero', 'x − 0 = x, 0 − x = −x', 'sub', (a, b, graph) =>
    is(graph, b, 0) ? a : is(graph, a, 0) ? neg(b) : null,
  ),
  binaryRule('sub-itself', 'x − x = 0', 'sub', (a, b) => (a === b ? filled(a, 0) : null)),
  unaryRule('neg-neg', '−(−x) = x', 'neg', (a, graph) => negated(graph, a) ?? null),
  unaryRule('neg-sub', '−(x − y) = y − x', 'neg', (a, graph) => {
    const [x, y] = operandsOf(graph, a, 'sub') ?? [];
    return x && y ? sub(y, x) : null;
  }),
  binaryRule('add-neg', 'x + (−y) = x − y', 'add', (a, b, graph) => {
    const [x, y] = [negated(graph, a), negated(graph, b)];
    return y ? sub(a, y) : x ? sub(b, x) : null;
  }),
  binaryRule('sub-neg', 'x − (−y) = x + y', 'sub', (a, b, graph) => {
    const y = negated(graph, b);
    return y ? add(a, y) : null;
  }),
  binaryRule('sub-sub', 'x − (x − y) = y', 'sub', (a, b, graph) => {
    const [x, y] = operandsOf(graph, b, 'sub') ?? [];
    if (x === undefined || y === undefined) return null;
    if (x === a) return y;
    const [p, q] = [graph.uniform(a), graph.uniform(x)];
    return p !== undefined && q !== undefined ? add(y, filled(y, p - q)) : null;
  }),
  binaryRule('add-sub', '(x − y) + y = x', 'add', (a, b, graph) => {
    const [x, y] = operandsOf(graph, a, 'sub') ?? [];
    if (x && y === b) return x;
    const [u, v] = operandsOf(graph, b, 'sub') ?? [];
    return u && v === a ? u : null;
  }),
  binaryRule('sub-add', '(x + y) − y = x, x − (x + y) = −y', 'sub', (a, b, graph) => {
    const [x, y] = operandsOf(graph, a, 'add') ?? [];
    if (x && y && (x === b || y === b)) return x === b ? y : x;
    const [u, v] = operandsOf(graph, b, 'add') ?? [];
    return u && v && (u === a || v === a) ? neg(u === a ? v : u) : null;
  }),
  binaryRule('double', 'x + x = 2·x', 'add', (a, b) => (a === b ? mul(2, a) : null)),
];

const products: readonly Rule[] = [
  binaryRule('mul-one', 'x · 1 = x', 'mul', (a, b, graph) => (is(graph, b, 1) ? a : is(graph, a, 1) ? b : null)),
  binaryRule('mul-zero', 'x · 0 = 0', 'mul', (a, b, graph) =>
    is(graph, a, 0) || is(graph, b, 0) ? filled(a, 0) : null,
  ),
  binaryRule('mul-minus-one', 'x · (−1) = −x', 'mul', (a, b, graph) =>
    is(graph, b, -1) ? neg(a) : is(graph, a, -1) ? neg(b) : null,
  ),
  binaryRule('mul-neg', '(−x) · y = −(x · y)', 'mul', (a, b, graph) => {
    const [x, y] = [negated(graph, a), negated(graph, b)];
    return x ? neg(mul(x, b)) : y ? neg(mul(a, y)) : null;
  }),
  binaryRule('mul-itself', 'x · x = x²', 'mul', (a, b) => (a === b ? square(a) : null)),
  binaryRule('mul-numbers', 'p · (q · x) = (p q) · x', 'mul', (a, b, graph) => {
    if (!isFloat(a.dtype)) return null;
    const [p, q] = [graph.uniform(a), graph.uniform(b)];
    const inner = p !== undefined ? scaled(graph, b) : q !== undefined ? scaled(graph, a) : undefined;
    return inner ? mul(filled(inner.of, (p ?? q ?? 1) * inner.by), inner.of) : null;
  }),
  binaryRule('div-one', 'x / 1 = x', 'div', (a, b, graph) => (is(graph, b, 1) ? a : null)),
  binaryRule('div-neg', '(−x) / y = −(x / y)', 'div', (a, b, graph) => {
    const [x, y] = [negated(graph, a), negated(graph, b)];
    return x ? neg(div(x, b)) : y ? neg(div(a, y)) : null;
  }),
  binaryRule('pow-number', 'x⁰ = 1, x¹ = x, x² = x · x', 'pow', (a, b, graph) => {
    const exponent = graph.uniform(b);
    return exponent === 0 ? filled(a, 1) : exponent === 1 ? a : exponent === 2 ? square(a) : null;
  }),
];

const functions: readonly Rule[] = [
  unaryRule('tanh-odd', 'tanh(−x) = −tanh(x)', 'tanh', (a, graph) => {
    const x = negated(graph, a);
    return x ? neg(tanh(x)) : null;
  }),
  unaryRule('sigmoid-reflected', 'σ(−x) = 1 − σ(x)', 'sigmoid', (a, graph) => {
    const x = negated(graph, a);
    return x ? sub(1, sigmoid(x)) : null;
  }),
  unaryRule('abs-neg', '|−x| = |x|', 'abs', (a, graph) => {
    const x = negated(graph, a);
    return x ? abs(x) : null;
  }),
];

/** Sums, products and functions of numbers. */
export const arithmeticRules: readonly Rule[] = [...sums, ...products, ...functions];
