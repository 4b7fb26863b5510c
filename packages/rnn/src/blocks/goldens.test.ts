import { readFileSync } from 'node:fs';
import { grad, mul, slice, sum, transpose } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { setValueAt } from '../state.ts';
import {
  causalConv,
  griffinAttentionBlock,
  griffinBlock,
  mambaBlock,
  selfAttention,
  transformerBlock,
} from './index.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Case {
  readonly block: string;
  readonly heads: number;
  /** 0 for none. */
  readonly window: number;
  readonly parameters: Readonly<Record<string, Numbers>>;
  readonly x: Numbers;
  readonly cotangent: Numbers;
  readonly out: Numbers;
  readonly gradients: Readonly<Record<string, Numbers>>;
}
const { cases } = JSON.parse(readFileSync(new URL('../goldens/blocks.json', import.meta.url), 'utf8')) as {
  cases: Case[];
}; // scripts/goldens/README.md describes it

type Named = { readonly [name: string]: Tensor };
const read = ({ data, shape }: Numbers): Tensor => tensor([...data], { shape });
const off = (actual: Tensor, { data, shape }: Numbers): number => {
  expect(actual.shape).toEqual(shape);
  return Math.max(...data.map((b, i) => Math.abs((actual.data[i] as number) - b) / (1 + Math.abs(b))));
};

/** PyTorch's [out, in] and its name's bias. */
const dense = (p: Named, name: string) => ({
  W: transpose(p[`${name}weight`] as Tensor),
  b: p[`${name}bias`] as Tensor,
});
/** One of the three maps that PyTorch stacks. */
function third(p: Named, prefix: string, part: number, D: number) {
  const [weight, bias] = [p[`${prefix}in_proj_weight`], p[`${prefix}in_proj_bias`]] as [Tensor, Tensor]; // as stored
  return {
    W: transpose(slice(weight, [part * D], [(part + 1) * D])),
    b: slice(bias, [part * D], [(part + 1) * D]),
  };
}
const attentionOf = (p: Named, prefix: string, D: number) => ({
  q: third(p, prefix, 0, D),
  k: third(p, prefix, 1, D),
  v: third(p, prefix, 2, D),
  o: dense(p, `${prefix}out_proj.`),
});
const norm = (p: Named, name: string) => ({ scale: p[`${name}.weight`] as Tensor, shift: p[`${name}.bias`] as Tensor });

/** The blocks that PyTorch lacks: there they are equations, with the names that parameters have here. */
const written: { readonly [block: string]: { apply(params: never, xs: Tensor): { readonly out: Tensor } } } = {
  mamba: mambaBlock({ D: 4, H: 3, N: 2, K: 2, R: 2 }),
  griffin: griffinBlock({ D: 4, H: 3, K: 3, M: 5 }),
  'griffin attention': griffinAttentionBlock({ D: 4, heads: 2, window: 3, M: 5 }),
};
function nested(p: Named): never {
  const tree = {};
  for (const [name, value] of Object.entries(p)) setValueAt(tree, name, value);
  return tree as never; // the parameters of that block
}

/** Our block with PyTorch's parameters. */
function run({ block, heads, window }: Case, p: Named, x: Tensor): Tensor {
  const D = x.shape[2] as number; // [T, B, D]
  const equations = written[block];
  if (equations !== undefined) return equations.apply(nested(p), x).out;
  if (block === 'convolution') {
    const own = { W: transpose(p.weight as Tensor, [2, 1, 0]), b: p.bias as Tensor };
    return causalConv({ I: D, O: 6, K: 3, groups: 2 }).apply(own, x).out;
  }
  if (block === 'transformer') {
    const own = {
      norm1: norm(p, 'norm1'),
      attention: attentionOf(p, 'self_attn.', D),
      norm2: norm(p, 'norm2'),
      up: dense(p, 'linear1.'),
      down: dense(p, 'linear2.'),
    };
    return transformerBlock({ D, heads, M: 5 }).apply(own, x).out;
  }
  return selfAttention({ D, heads, ...(window > 0 && { window }) }).apply(attentionOf(p, '', D), x).out;
}

test.each(cases)('$block is PyTorch’s: outputs and every gradient', (one) => {
  const parameters = Object.fromEntries(Object.entries(one.parameters).map(([name, numbers]) => [name, read(numbers)]));
  const point = { ...parameters, x: read(one.x) };
  expect(off(run(one, parameters, point.x), one.out)).toBeLessThanOrEqual(1e-10);
  const slopes: Named = grad((at: Named) => sum(mul(run(one, at, at.x as Tensor), read(one.cotangent))))(point);
  for (const [name, numbers] of Object.entries(one.gradients)) {
    expect(off(slopes[name] as Tensor, numbers), name).toBeLessThanOrEqual(1e-10);
  }
});

test('the bound is one that another window breaks', () => {
  const one = cases.find(({ block }) => block === 'attention, window') as Case;
  const parameters = Object.fromEntries(Object.entries(one.parameters).map(([name, numbers]) => [name, read(numbers)]));
  expect(off(run({ ...one, window: 4 }, parameters, read(one.x)), one.out)).toBeGreaterThan(1e-3);
});
