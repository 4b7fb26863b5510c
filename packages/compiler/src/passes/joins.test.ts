import {
  abs,
  add,
  concat,
  contract,
  evaluate,
  mul,
  type Program,
  scan,
  split,
  sum,
  tanh,
  trace,
} from '@throughline/autograd';
import { contractLabels, record, verify } from '@throughline/autograd/back-end';
import { type Concrete, type DType, full, type Shape, type Tensor, tensor } from '@throughline/tensor';
import { anyTensors, firstDifference, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonSubexpressions } from './common-subexpressions.ts';
import { concatThroughLoops } from './concat-through-loops.ts';
import { joinContracted } from './join-contracted.ts';
import { joinProducts } from './join-products.ts';
import { everywhere, type Pass } from './pass.ts';
import { views } from './views.ts';

const count = (program: Program, name: string): number =>
  program.equations.filter(({ primitive }) => primitive.name === name).length;

function expectSame(before: Program, after: Program, inputs: readonly Tensor[]): void {
  verify(after);
  const xs = evaluate(before, inputs);
  const differences = evaluate(after, inputs).map((y, k) => firstDifference(y, xs[k] as Tensor)); // as many outputs
  expect(differences.filter((found) => found !== null)).toEqual([]);
}

/** Extents by label: 0 and 1 kept, 2 and 3 summed, 4 and 5 free in the second operand. */
const extents = fc.tuple(...Array.from({ length: 6 }, () => fc.constantFrom(1, 2, 3, 5, 2, 3, 0)));

/** Several products with one operand in common, operands in any order of axes, on either side. */
const products = fc
  .record({
    sizes: extents,
    shared: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 }),
    others: fc.array(
      fc.record({ width: fc.constantFrom(1, 2, 3, 0), side: fc.boolean(), order: fc.nat(), batch: fc.boolean() }),
      { minLength: 2, maxLength: 5 },
    ),
    dtype: fc.constantFrom<DType>('float64', 'float32', 'int32'),
    alike: fc.boolean(),
  })
  .chain(({ sizes, shared, others, dtype, alike }) => {
    const summed = shared.filter((label) => label >= 2);
    const calls = others.map(({ width, side, order, batch }) => {
      const kept = shared.filter((label) => label < 2 && batch);
      const other = rotated([...kept, ...summed, 4], alike ? 0 : order);
      const out = [...shared.filter((label) => label < 2), 4];
      return {
        other,
        out,
        side: !alike && side,
        shape: other.map((label) => (label === 4 ? width : (sizes[label] as number))),
      };
    });
    const types = [shared.map((label) => sizes[label] as number), ...calls.map(({ shape }) => shape)]; // labels are places in sizes
    return fc.tuple(
      fc.constant({ shared, calls, dtype, types }),
      fc.tuple(...types.map((shape) => anyTensors({ shape, dtype }))),
    );
  });

const rotated = <T>(list: readonly T[], by: number): T[] => list.map((_, i) => list[(i + by) % list.length] as T); // below its length

test('products of one operand keep every bit, whatever their axes, sizes and values', () => {
  let joined = 0;
  fc.assert(
    fc.property(products, ([{ shared, calls, dtype, types }, inputs]) => {
      const { program } = record(
        types.map((shape) => ({ dtype, shape })),
        ([x, ...others]) =>
          calls.map(({ other, out, side }, k) => {
            const y = others[k] as Tensor; // one per call
            return side
              ? contractLabels(y, x as Tensor, { a: other, b: shared, out }) // the first input
              : contractLabels(x as Tensor, y, { a: shared, b: other, out }); // as above
          }),
      );
      const after = joinProducts(program);
      if (after !== program) joined++;
      expectSame(program, after, inputs);
    }),
    { numRuns: 600 },
  );
  expect(joined).toBeGreaterThan(50);
});

const matrix = (rows: number, columns: number): Tensor =>
  tensor(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => Math.fround(((i + 2) * (j + 3)) % 7) - 2.3),
    ),
  );

test('with two summed axes, products that take them in another order are not joined', () => {
  const rows = [
    [1e16, 1, -1e16],
    [1, 1, 1],
  ];
  const x = tensor([rows, rows]);
  const y = full([3, 2, 4], 1);
  const labels = { x: [3, 0, 1], y: [1, 0, 2], out: [3, 2] };
  const { program } = record([x, y, y], ([p, q, r]) => [
    contractLabels(p as Tensor, q as Tensor, { a: labels.x, b: labels.y, out: labels.out }), // three inputs
    contractLabels(r as Tensor, p as Tensor, { a: labels.y, b: labels.x, out: labels.out }), // as above
  ]);
  const [first, second] = evaluate(program, [x, y, y]) as [Tensor, Tensor]; // two outputs
  expect(firstDifference(first, second)).not.toBe(null);
  expect(joinProducts(program)).toBe(program);
});

test('a product that depends on another is not joined with it, nor are groups that wait for each other', () => {
  const program = trace(
    (x, w, v) => {
      const first = tanh(contract('ij,jk->ik', x, w));
      const across = tanh(contract('ij,jk->ik', x, v));
      // Each of these two needs a product of x that the other's group has, too.
      return [contract('ij,jk->ik', first, w), contract('ij,jk->ik', across, v), contract('ij,jk->ik', first, v)];
    },
    matrix(4, 4),
    matrix(4, 4),
    matrix(4, 4),
  );
  const after = joinProducts(program);
  expect(count(after, 'contract')).toBe(3);
  expectSame(program, after, [matrix(4, 4), matrix(4, 4), matrix(4, 4)]);
});

test('weights are not copied for the sake of one row, unless a loop uses them at every step', () => {
  const once = trace(
    (x, w, v) => [contract('ij,jk->ik', x, w), contract('ij,jk->ik', x, v)],
    matrix(1, 4),
    matrix(4, 4),
    matrix(4, 4),
  );
  expect(joinProducts(once)).toBe(once);
  const loop = trace(
    (h, w, v) =>
      scan((c: Tensor) => ({ carry: mul(contract('ij,jk->ik', c, w), contract('ij,jk->ik', c, v)), y: [] }), h, null, {
        length: 3,
      }).carry,
    matrix(1, 4),
    matrix(4, 4),
    matrix(4, 4),
  );
  const after = everywhere(joinProducts)(loop);
  const body = after.equations[0]?.params.body as Program; // of the scan
  expect(count(body, 'contract')).toBe(1);
  expectSame(loop, after, [matrix(1, 4), matrix(4, 4), matrix(4, 4)]);
});

/** Sums of products in any order, with other terms between them, and the same with absolute values: what bounds the error. */
const sums = fc
  .record({
    terms: fc.array(
      fc.record({ kind: fc.constantFrom('product', 'product', 'turned', 'value'), depth: fc.constantFrom(1, 2, 5, 0) }),
      { minLength: 2, maxLength: 7 },
    ),
    left: fc.boolean(),
  })
  .chain(({ terms, left }) => {
    const shapes: Shape[] = terms.flatMap(({ kind, depth }): Shape[] =>
      kind === 'value'
        ? [[3, 2]]
        : kind === 'product'
          ? [
              [3, depth],
              [depth, 2],
            ]
          : [
              [2, depth],
              [depth, 3],
            ],
    );
    return fc.tuple(
      fc.constant({ terms, left, shapes }),
      fc.tuple(...shapes.map((shape) => tensors({ shape: [...shape] }))),
    );
  });

test('sums of products are joined within 4·n·ε·Σ|terms|', () => {
  let joined = 0;
  fc.assert(
    fc.property(sums, ([{ terms, left, shapes }, inputs]) => {
      const build = (of: (x: Tensor) => Tensor) => (xs: readonly Tensor[]) => {
        let next = 0;
        const values = terms.map(({ kind }) => {
          const x = of(xs[next++] as Tensor); // as many as the terms take
          if (kind === 'value') return x;
          const y = of(xs[next++] as Tensor); // as above
          return kind === 'product' ? contract('ij,jk->ik', x, y) : contract('kj,ji->ik', x, y);
        });
        return [left ? values.reduce((a, b) => add(a, b)) : values.reduceRight((b, a) => add(a, b))];
      };
      const types = shapes.map((shape) => ({ dtype: 'float64' as const, shape }));
      const { program } = record(
        types,
        build((x) => x),
      );
      const after = joinContracted(program);
      verify(after);
      const families = new Set(terms.map(({ kind }) => kind).filter((kind) => kind !== 'value'));
      expect(count(after, 'contract')).toBe(families.size);
      if (after !== program) joined++;
      const [before, now] = [program, after].map((p) => (evaluate(p, inputs)[0] as Concrete).storage); // concrete in, concrete out
      const bound = (build(abs)(inputs)[0] as Concrete).storage; // as above
      const n = terms.reduce((total, { depth }) => total + Math.max(1, depth), 0);
      bound.forEach((size, i) => {
        expect(Math.abs((before?.[i] as number) - (now?.[i] as number))).toBeLessThanOrEqual(4 * n * 2 ** -53 * size); // one each
      });
    }),
    { numRuns: 300 },
  );
  expect(joined).toBeGreaterThan(100);
});

test('sums of products keep the order in which weights come in', () => {
  const program = trace(
    (p, q, v, w) => add(add(contract('ij,kj->ik', q, w), p), contract('ij,kj->ik', tanh(p), v)),
    ...([1, 2, 3, 4].map(() => matrix(2, 2)) as [Tensor, Tensor, Tensor, Tensor]),
  ); // four
  const after = joinContracted(program);
  const [first, second] = after.equations.filter(({ primitive }) => primitive.name === 'concat');
  expect(second?.inputs).toEqual(after.inputs.slice(2));
  expect(first?.inputs[1]).toBe(after.inputs[1]);
});

test('a sum that something else reads stays', () => {
  const program = trace(
    (x, y, w, v) => {
      const product = contract('ij,jk->ik', x, w);
      return [add(product, contract('ij,jk->ik', y, v)), product];
    },
    ...([1, 2, 3, 4].map(() => matrix(2, 2)) as [Tensor, Tensor, Tensor, Tensor]), // four
  );
  expect(joinContracted(program)).toBe(program);
});

/** A loop whose ys are joined outside in several ways, and whose sequences are parts of one. */
const loop = (reverse: boolean) =>
  trace(
    (x, h) => {
      const [a, , b] = split(x, [2, 1, 2], 1) as [Tensor, Tensor, Tensor]; // three sizes
      const { ys, carry } = scan(
        (c: Tensor, [p, q]: [Tensor, Tensor]) => {
          const next = tanh(add(c, mul(p, q)));
          return { carry: next, y: [mul(next, p), add(next, q), sum(next, 0, { keepDims: true })] };
        },
        h,
        [a, b],
        { reverse },
      );
      const [u, v, w] = ys as [Tensor, Tensor, Tensor]; // three
      return [concat([v, u, w], 1), concat([u, v], 1), concat([u, w], 0 + 1), mul(u, v), carry, concat([u, v], 0)];
    },
    matrix(4, 5),
    tensor([0.5, -0]),
  );

test.each([true, false])('joins and cuts go through loops, reverse %s', (reverse) => {
  const program = loop(reverse);
  const after = views(commonSubexpressions(concatThroughLoops(program)));
  expectSame(program, after, [matrix(4, 5), tensor([0.5, -0])]);
  const scanned = after.equations.find(({ primitive }) => primitive.name === 'scan');
  const body = scanned?.params.body as Program; // of the scan
  expect([count(body, 'slice'), count(body, 'concat'), count(after, 'concat')]).toEqual([2, 3, 1]);
  expect(scanned?.inputs.slice(-1)).toEqual([after.inputs[0]]);
  expect(concatThroughLoops(after)).toBe(after);
});

test('none of them changes what has nothing to join', () => {
  const program = trace((x, w) => tanh(contract('ij,jk->ik', x, w)), matrix(4, 4), matrix(4, 4));
  const passes: readonly Pass[] = [joinProducts, joinContracted, concatThroughLoops, commonSubexpressions, views];
  for (const pass of passes) expect(everywhere(pass)(program)).toBe(program);
});
