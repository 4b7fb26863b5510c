import type { Tensor } from '@throughline/tensor';
import { filled } from '../../primitives/sum-broadcast.ts';
import { where } from '../../primitives/where.ts';
import { binaryRule, type Graph, operandsOf, operationOf, type Rule, unaryRule } from './rule.ts';

const selectRule = (
  name: string,
  law: string,
  rewrite: (cond: Tensor, x: Tensor, y: Tensor, graph: Graph) => Tensor | null,
): Rule => ({
  name,
  law,
  on: 'select',
  rewrite(application, graph) {
    const [cond, x, y] = application.inputs;
    return operationOf(application) === 'select' && cond && x && y ? rewrite(cond, x, y, graph) : null;
  },
});

/** Choices between values, and the logic of their conditions. */
export const choiceRules: readonly Rule[] = [
  selectRule('where-known', 'where(true, x, y) = x, where(false, x, y) = y', (cond, x, y, graph) => {
    const known = graph.uniform(cond);
    return known === undefined ? null : known !== 0 ? x : y;
  }),
  selectRule('where-same', 'where(c, x, x) = x', (_, x, y, graph) => {
    if (x === y) return x;
    const [a, b] = [graph.uniform(x), graph.uniform(y)];
    return a !== undefined && a === b ? x : null;
  }),
  selectRule('where-not', 'where(¬c, x, y) = where(c, y, x)', (cond, x, y, graph) => {
    const [c] = operandsOf(graph, cond, 'not') ?? [];
    return c ? where(c, y, x) : null;
  }),
  selectRule('where-nested', 'where(c, where(c, x, y), z) = where(c, x, z)', (cond, x, y, graph) => {
    const [c, a] = operandsOf(graph, x, 'select') ?? [];
    if (a && c === cond) return where(cond, a, y);
    const [d, , b] = operandsOf(graph, y, 'select') ?? [];
    return b && d === cond ? where(cond, x, b) : null;
  }),
  unaryRule('not-not', '¬¬c = c', 'not', (c, graph) => operandsOf(graph, c, 'not')?.[0] ?? null),
  binaryRule('and-known', 'c ∧ true = c, c ∧ false = false, c ∧ c = c', 'and', (c, d, graph) => {
    const [p, q] = [graph.uniform(c), graph.uniform(d)];
    if (p === 0 || q === 0) return filled(c, 0);
    return c === d || q === 1 ? c : p === 1 ? d : null;
  }),
  binaryRule('or-known', 'c ∨ false = c, c ∨ true = true, c ∨ c = c', 'or', (c, d, graph) => {
    const [p, q] = [graph.uniform(c), graph.uniform(d)];
    if (p === 1 || q === 1) return filled(c, 1);
    return c === d || q === 0 ? c : p === 0 ? d : null;
  }),
  binaryRule('maximum-itself', 'max(x, x) = x', 'maximum', (a, b) => (a === b ? a : null)),
  binaryRule('minimum-itself', 'min(x, x) = x', 'minimum', (a, b) => (a === b ? a : null)),
];
