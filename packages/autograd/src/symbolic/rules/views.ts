import { sameShape, sameType, sizeOf, stridesOf, type Tensor } from '@throughline/tensor';
import { contractLabels } from '../../primitives/contract.ts';
import { mul, neg } from '../../primitives/maps/arithmetic.ts';
import { reshape } from '../../primitives/reshape.ts';
import { filled, sum } from '../../primitives/sum-broadcast.ts';
import type { Piece } from '../../semantics.ts';
import { applyAxes, axisMap, chainOf, compose, costOf, piecesOf, resultsOf } from './axes.ts';
import { type Application, type Graph, operandsOf, type Rule } from './rule.ts';

/** Row-major elements under another shape. */
const isFlat = (application: Application): boolean => {
  const [piece, ...more] = piecesOf(application) ?? [];
  return (
    piece !== undefined &&
    more.length === 0 &&
    [piece.from, piece.to].every(({ offset, strides }) => offset === 0 && String(strides) === '1')
  );
};

interface ContractLabels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

const labelsOf = ({ primitive, params }: Application): ContractLabels | undefined =>
  primitive.semantics.kind === 'contract' ? (params as unknown as ContractLabels) : undefined; // what contract carries

const sumAxes = ({ primitive: { semantics }, params }: Application): readonly number[] | undefined =>
  semantics.kind === 'reduce' && semantics.combine === 'sum' ? (params.axes as readonly number[]) : undefined; // what a reduction carries

/** The order of x's axes in a pure transpose. */
function permutationOf(
  graph: Graph,
  x: Tensor,
): { readonly of: Tensor; readonly order: readonly number[] } | undefined {
  const source = graph.sourceOf(x);
  const [operand] = source?.inputs ?? [];
  const order = source && axisMap(source)?.filter((axis) => axis !== null);
  if (operand === undefined || order === undefined || order.length !== x.rank || operand.rank !== x.rank)
    return undefined;
  return { of: operand, order };
}

const viewRules: readonly Rule[] = [
  {
    name: 'view-of-a-number',
    law: 'a view of p everywhere is p everywhere',
    on: 'view',
    rewrite(application, graph) {
      const { semantics } = application.primitive;
      const [x] = application.inputs;
      if (semantics.kind !== 'view' || x === undefined || application.inputs.length > 1) return null;
      const value = graph.uniform(x);
      const isSpread = x.rank === 0 && graph.sourceOf(x) === undefined; // how a number at every place is written
      if (value === undefined || isSpread || (semantics.fill ?? value) !== value) return null;
      return resultsOf(application).map((type) => filled(type, value));
    },
  },
  {
    name: 'views-of-axes',
    law: '(xᵀ)ᵀ = x; broadcasts, transposes and unit axes in a row are one of each',
    on: 'view',
    rewrite(application, graph) {
      const map = axisMap(application);
      const [x] = application.inputs;
      const [type] = resultsOf(application);
      if (map === undefined || x === undefined || type === undefined) return null;
      const { root, map: inner, length } = chainOf(graph, x);
      const whole = compose(map, inner);
      return costOf(root, whole, type.shape) <= length ? applyAxes(root, whole, type.shape) : null;
    },
  },
  {
    name: 'reshape-of-reshape',
    law: 'reshape(reshape(x)) = reshape(x)',
    on: 'view',
    rewrite(application, graph) {
      const source = graph.sourceOf(application.inputs[0] as Tensor); // a view has an operand
      const [x] = source?.inputs ?? [];
      const [type] = resultsOf(application);
      return x && type && source && isFlat(application) && isFlat(source) ? reshape(x, type.shape) : null;
    },
  },
  {
    name: 'whole',
    law: 'x[:] = x',
    on: 'view',
    rewrite(application) {
      const [x] = application.inputs;
      const [type, ...others] = resultsOf(application);
      const [piece, ...more] = piecesOf(application) ?? [];
      if (x === undefined || type === undefined || piece === undefined || more.length + others.length > 0) return null;
      return application.inputs.length === 1 && sameType(x, type) && isAll(piece, x) ? x : null;
    },
  },
  {
    name: 'read-what-was-joined',
    law: 'split(concat(x, y)) = x, y; slice(pad(x)) = x',
    on: 'view',
    rewrite(application, graph) {
      const [x, ...rest] = application.inputs;
      const source = x && rest.length === 0 ? graph.sourceOf(x) : undefined;
      const written = source && piecesOf(source);
      const read = piecesOf(application);
      if (
        source === undefined ||
        written === undefined ||
        read === undefined ||
        source.primitive === application.primitive
      )
        return null;
      const results = resultsOf(application);
      const found = results.map((type, k) => {
        const [own, ...more] = read.filter(({ output }) => output === k);
        if (own === undefined || more.length > 0 || sizeOf(type.shape) === 0 || !isDenseIn(own.to, own, type.shape))
          return null;
        const match = written.find((piece) => sameRange(piece.to, own.from) && sameShape(piece.shape, own.shape));
        const operand = match && source.inputs[match.input];
        return operand && sameType(operand, type) && isDenseIn(match.from, match, operand.shape) ? operand : null;
      });
      return found.every((value) => value !== null) ? (found as Tensor[]) : null; // none is null
    },
  },
];

const sameRange = (a: Piece['to'], b: Piece['to']): boolean => a.offset === b.offset && sameShape(a.strides, b.strides);
const isDenseIn = (side: Piece['to'], piece: Piece, shape: readonly number[]): boolean =>
  side.offset === 0 && sameShape(piece.shape, shape) && sameShape(side.strides, stridesOf(shape));
const isAll = (piece: Piece, { shape }: Tensor): boolean =>
  isDenseIn(piece.from, piece, shape) && isDenseIn(piece.to, piece, shape);

const productRules: readonly Rule[] = [
  {
    name: 'transpose-of-product',
    law: '(a b)ᵀ is the product with its labels in the other order',
    on: 'view',
    rewrite(application, graph) {
      const [x] = application.inputs;
      const source = x && graph.sourceOf(x);
      const labels = source && labelsOf(source);
      const order = axisMap(application)?.filter((axis) => axis !== null);
      const [a, b] = source?.inputs ?? [];
      if (!labels || !a || !b || order?.length !== x?.rank || order?.length !== resultsOf(application)[0]?.shape.length)
        return null;
      return contractLabels(a, b, { ...labels, out: (order ?? []).map((axis) => labels.out[axis] as number) }); // order permutes out
    },
  },
  {
    name: 'product-of-transpose',
    law: 'aᵀ b is a product of a and b with other labels',
    on: 'contract',
    rewrite(application, graph) {
      const labels = labelsOf(application);
      const [a, b] = application.inputs;
      if (labels === undefined || a === undefined || b === undefined) return null;
      const [p, q] = [permutationOf(graph, a), permutationOf(graph, b)];
      if (p === undefined && q === undefined) return null;
      const relabel = (own: readonly number[], order: readonly number[] | undefined): readonly number[] =>
        order === undefined ? own : own.map((_, axis) => own[order.indexOf(axis)] as number); // order is a permutation
      return contractLabels(p?.of ?? a, q?.of ?? b, {
        a: relabel(labels.a, p?.order),
        b: relabel(labels.b, q?.order),
        out: labels.out,
      });
    },
  },
  {
    name: 'product-of-neg',
    law: '(−a) b = −(a b)',
    on: 'contract',
    rewrite(application, graph) {
      const labels = labelsOf(application);
      const [a, b] = application.inputs;
      if (labels === undefined || a === undefined || b === undefined) return null;
      const [x, y] = [operandsOf(graph, a, 'neg')?.[0], operandsOf(graph, b, 'neg')?.[0]];
      return x ? neg(contractLabels(x, b, labels)) : y ? neg(contractLabels(a, y, labels)) : null;
    },
  },
  {
    name: 'product-with-zero',
    law: '0 b = 0',
    on: 'contract',
    rewrite(application, graph) {
      const isZero = application.inputs.some((x) => graph.uniform(x) === 0);
      const [type] = resultsOf(application);
      return labelsOf(application) && isZero && type ? filled(type, 0) : null;
    },
  },
];

const sumRules: readonly Rule[] = [
  {
    name: 'sum-of-unit-axes',
    law: 'Σ over axes of extent 1 is a reshape',
    on: 'reduce',
    rewrite(application) {
      const axes = sumAxes(application);
      const [x] = application.inputs;
      const [type] = resultsOf(application);
      if (axes === undefined || x === undefined || type === undefined) return null;
      return axes.every((axis) => x.shape[axis] === 1) ? reshape(x, type.shape) : null;
    },
  },
  {
    name: 'sum-of-sum',
    law: 'Σᵢ Σⱼ x = Σᵢⱼ x',
    on: 'reduce',
    rewrite(application, graph) {
      const outer = sumAxes(application);
      const source = graph.sourceOf(application.inputs[0] as Tensor); // a reduction has an operand
      const inner = source && sumAxes(source);
      const [x] = source?.inputs ?? [];
      if (outer === undefined || inner === undefined || x === undefined) return null;
      const left = [...x.shape.keys()].filter((axis) => !inner.includes(axis));
      return sum(
        x,
        [...inner, ...outer.map((axis) => left[axis] as number)].toSorted((a, b) => a - b),
      ); // outer names axes that are left
    },
  },
  {
    name: 'sum-of-broadcast',
    law: 'Σ over n copies of x = n · x',
    on: 'reduce',
    rewrite(application, graph) {
      const axes = sumAxes(application);
      const [x] = application.inputs;
      const source = x && graph.sourceOf(x);
      const [type] = resultsOf(application);
      const map = source && axisMap(source);
      const [root] = source?.inputs ?? [];
      if (axes === undefined || x === undefined || map === undefined || root === undefined || type === undefined)
        return null;
      const repeated = axes.filter((axis) => map[axis] === null && x.shape[axis] !== 1);
      if (repeated.length < axes.length || axes.length === 0) return null;
      const count = axes.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1);
      const kept = applyAxes(
        root,
        map.filter((_, axis) => !axes.includes(axis)),
        type.shape,
      );
      return mul(kept, filled(kept, count));
    },
  },
];

/** Elements that move, products and sums of them. */
export const structureRules: readonly Rule[] = [...viewRules, ...productRules, ...sumRules];
