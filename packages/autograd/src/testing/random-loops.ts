/** @file Random loops: cells that nobody wrote, over trees with integers in them, with masks and loops inside. */
import { type Tensor, tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import {
  add,
  flatten,
  greater,
  matmul,
  maximum,
  mul,
  neg,
  type Schedule,
  scan,
  sigmoid,
  sub,
  sum,
  tanh,
  where,
} from '../index.ts';

/** What a random loop works on: captured tensors, a tree as carry, a tree of sequences; int32 leaves among them. */
export interface Arguments {
  readonly captured: { readonly w: Tensor; readonly m: Tensor; readonly s: Tensor };
  readonly carry: { readonly h: Tensor; readonly more: readonly [c: Tensor, n: Tensor] };
  readonly xs: { readonly x: Tensor; readonly k: Tensor };
}

/** One line of a random body: an op on two of the vectors made so far. */
interface Line {
  readonly op: (typeof ops)[number];
  readonly a: number;
  readonly b: number;
}
const ops = [
  'add',
  'sub',
  'mul',
  'tanh',
  'sigmoid',
  'neg',
  'matmul',
  'scale',
  'where',
  'maximum',
  'count',
  'loop',
] as const;

function run(line: Line, pool: readonly Tensor[], { m, s }: Arguments['captured'], n: Tensor): Tensor {
  const a = pool[line.a % pool.length] as Tensor; // the pool is not empty
  const b = pool[line.b % pool.length] as Tensor;
  switch (line.op) {
    case 'add':
      return add(a, b);
    case 'sub':
      return sub(a, b);
    case 'mul':
      return mul(a, b);
    case 'tanh':
      return tanh(a);
    case 'sigmoid':
      return sigmoid(a);
    case 'neg':
      return neg(a);
    case 'matmul':
      return matmul(a, m);
    case 'scale':
      return mul(a, s);
    case 'where':
      return where(greater(a, b), a, mul(b, 0.5));
    case 'maximum':
      return maximum(a, b);
    case 'count':
      return where(greater(n, 1), a, b);
    case 'loop': {
      // runs over the elements of a, and captures b, which belongs to the loop outside
      const inner = scan((c: Tensor, v: Tensor) => ({ carry: tanh(add(mul(c, sum(b)), v)), y: mul(c, v) }), sum(a), a);
      return mul(inner.ys, inner.carry);
    }
  }
}

export interface Body {
  readonly lines: readonly Line[];
  readonly length: number;
  readonly reverse: boolean;
}

/** The loop as a function: every leaf of the last carry and of the ys. */
export const loop =
  ({ lines, length, reverse }: Body, checkpoint: Schedule = 'all') =>
  ({ captured, carry, xs }: Arguments) =>
    scan(
      (state: Arguments['carry'], { x, k }: Arguments['xs']) => {
        const [c, n] = state.more;
        const pool = [state.h, c, x, captured.w];
        for (const line of lines) pool.push(run(line, pool, captured, n));
        const last = pool.at(-1) as Tensor; // the pool is not empty
        const next = { h: tanh(last), more: [tanh(add(c, pool.at(-2) as Tensor)), add(n, k)] as const }; // it has four at least
        return { carry: next, y: { out: last, count: n } };
      },
      carry,
      xs,
      { length, reverse, checkpoint },
    );

/** A scalar of everything that comes out, each element with a weight of its own. */
export const loss = (body: Body, checkpoint?: Schedule) => (args: Arguments) => {
  const floats = flatten('loss', loop(body, checkpoint)(args)).leaves.filter(({ dtype }) => dtype === 'float64');
  return floats.reduce<Tensor>((total, leaf) => add(total, sum(mul(leaf, weights(leaf)))), tensor(0));
};
export const weights = (x: Tensor): Tensor => {
  const list = Array.from({ length: x.size }, (_, i) => 1 - 0.37 * (i % 5));
  return tensor(list, { shape: [...x.shape] });
};

const bodiesOf = (lengths: readonly number[]): fc.Arbitrary<Body> =>
  fc.record({
    lines: fc.array(fc.record({ op: fc.constantFrom(...ops), a: fc.nat(9), b: fc.nat(9) }), {
      minLength: 1,
      maxLength: 6,
    }),
    length: fc.constantFrom(...lengths),
    reverse: fc.boolean(),
  });
const argumentsFor = (length: number): fc.Arbitrary<Arguments> =>
  fc.record({
    captured: fc.record({ w: tensors({ shape: [3] }), m: tensors({ shape: [3, 3] }), s: tensors({ shape: [] }) }),
    carry: fc.record({
      h: tensors({ shape: [3] }),
      more: fc.tuple(tensors({ shape: [3] }), fc.constant<Tensor>(tensor(0, { dtype: 'int32' }))),
    }),
    xs: fc.record({ x: tensors({ shape: [length, 3] }), k: tensors({ shape: [length], dtype: 'int32' }) }),
  });

/** Random loops of some lengths, with numbers to run them on. */
export const loopCases = (lengths: readonly number[]): fc.Arbitrary<{ body: Body; args: Arguments }> =>
  bodiesOf(lengths).chain((body) => argumentsFor(body.length).map((args) => ({ body, args })));
