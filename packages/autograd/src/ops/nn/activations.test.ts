import { type DType, full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it, test } from 'vitest';
import { grad, hvp, key, sum } from '../../index.ts';
import * as nn from '../../nn/index.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const activations: readonly [name: string, f: (x: Tensor) => Tensor][] = [
  ['gelu', (x) => nn.gelu(x)],
  ['gelu', (x) => nn.gelu(x, { approximate: 'tanh' })],
  ['silu', nn.silu],
  ['mish', nn.mish],
  ['logSigmoid', nn.logSigmoid],
  ['softsign', nn.softsign],
  ['leakyRelu', (x) => nn.leakyRelu(x)],
  ['elu', (x) => nn.elu(x)],
  ['selu', nn.selu],
  ['celu', (x) => nn.celu(x)],
  ['hardTanh', (x) => nn.hardTanh(x)],
  ['relu6', nn.relu6],
  ['hardSigmoid', nn.hardSigmoid],
  ['hardSwish', nn.hardSwish],
];
const slopeOf = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => grad((at: Tensor) => sum(f(at)))(x);
const slopes = (f: (x: Tensor) => Tensor, ...at: number[]): unknown => slopeOf(f, tensor(at)).toArray();

describe.each(activations)('%s', (name, f) => {
  test.each(['float64', 'float32'] as const)(
    'has no NaN or ∞ at huge %s, nor has its gradient, nor that of it',
    (dtype) => {
      const far = dtype === 'float64' ? [1e3, 1e300] : [1e3, 1e38];
      const x = tensor([...far, ...far.map((at) => -at)], { dtype });
      const curved = hvp((at: Tensor) => sum(f(at)), x, full([4], 1, dtype)); // along (1, …, 1)
      for (const y of [f(x), slopeOf(f, x), curved]) {
        expect(y.dtype).toBe(dtype);
        expect(Array.from(y.data).every(Number.isFinite)).toBe(true);
      }
    },
  );

  it('keeps NaN, takes scalars and nothing at all', () => {
    expect(f(tensor(nan)).item()).toBe(nan);
    expect(f(tensor([], { shape: [0, 2] })).shape).toEqual([0, 2]);
    expect(slopeOf(f, tensor([], { shape: [0, 2] })).shape).toEqual([0, 2]);
  });

  test.each<[DType, string]>([
    ['int32', 'i32[1]'],
    ['bool', 'bool[1]'],
  ])('refuses %s, and what is no tensor', (dtype, type) => {
    expect(() => f(tensor([1], { dtype }))).toThrow(
      `${name}: takes float64 or float32, got ${type}. Convert with cast(x, 'float64').`,
    );
    expect(() => f(3 as unknown as Tensor)).toThrow(`${name}: takes a tensor, got a number. Use tensor(…).`); // a caller without types
  });
});

describe('what they are at ±∞', () => {
  it('their limits, or NaN as they say', () => {
    const at = (f: (x: Tensor) => Tensor): unknown => f(tensor([-inf, inf])).toArray();
    expect(at(nn.logSigmoid)).toEqual([-inf, -0]);
    expect(at(nn.elu)).toEqual([-1, inf]);
    expect(at(nn.hardTanh)).toEqual([-1, 1]);
    expect(at(nn.hardSigmoid)).toEqual([0, 1]);
    expect(at(nn.leakyRelu)).toEqual([-inf, inf]);
    for (const f of [nn.gelu, nn.silu, nn.mish, nn.hardSwish]) expect(at(f)).toEqual([nan, inf]);
    expect(at(nn.softsign)).toEqual([nan, nan]);
  });
});

describe('their kinks', () => {
  it('are as documented', () => {
    expect(slopes((x) => nn.leakyRelu(x, 0.25), -1, 0, -0, 1)).toEqual([0.25, 0.25, 0.25, 1]);
    expect(slopes((x) => nn.elu(x, 0.5), 0, -0)).toEqual([0.5, 0.5]);
    expect(slopes(nn.selu, 0)).toEqual([1.0507009873554805 * 1.6732632423543772]);
    expect(slopes((x) => nn.celu(x, 0.5), 0)).toEqual([1]);
    expect(slopes((x) => nn.hardTanh(x, -2, 3), -2, -1.9, 2.9, 3)).toEqual([0, 1, 1, 0]);
    expect(slopes(nn.relu6, -1, 0, 1, 6, 7)).toEqual([0, 0, 1, 0, 0]);
    expect(slopes(nn.hardSigmoid, -3, 0, 3)).toEqual([0, 1 / 6, 0]);
    expect(slopes(nn.hardSwish, -3, 3)).toEqual([0, 1]);
    expect(hvp((x: Tensor) => sum(nn.softsign(x)), tensor([0]), tensor([1])).toArray()).toEqual([-0]);
  });
});

describe('options', () => {
  it('slopes and alphas may be tensors, with gradients', () => {
    const x = tensor([
      [-1, 2],
      [-4, -8],
    ]);
    const gradient = grad((slope: Tensor) => sum(nn.leakyRelu(x, slope)))(tensor([0.5, 0.25]));
    expect(gradient.toArray()).toEqual([-5, -8]);
    expect(nn.elu(tensor([-1000, -1000]), tensor([2, 3])).toArray()).toEqual([-2, -3]);
  });

  it('are refused where they make no sense', () => {
    const x = tensor([1, 2, 3]);
    expect(() => nn.celu(x, 0)).toThrow('celu: alpha is 0, not positive. Use relu for a limit of 0.');
    expect(() => nn.gelu(x, { approximate: 'erf' as 'tanh' })).toThrow(
      `gelu: approximate is "erf". Use 'tanh' or 'none'.`,
    ); // a caller without types
    expect(() => nn.hardTanh(x, 1, 1)).toThrow('hardTanh: minVal (1) is not below maxVal (1).');
    expect(() => nn.hardTanh(x, nan)).toThrow('hardTanh: minVal (NaN) is not below maxVal (1).');
    expect(() => nn.glu(x)).toThrow('glu: axis 0 of f64[3] has no two halves. Use an even extent.');
    expect(() => nn.glu(x, 1)).toThrow('glu: axis 1 is out of range for f64[3]: axes are -1…0.');
  });
});

describe('gelu', () => {
  it('keeps the digits of small results', () => {
    const tail = nn.gelu(tensor(-20)).item(); // mpmath: −20 Φ(−20)
    expect(tail / -5.507248237212468e-88).toBeCloseTo(1, 13);
    expect(nn.gelu(tensor(-8), { approximate: 'tanh' }).item()).toBeLessThan(0);
  });
});

describe('glu', () => {
  it('halves any axis', () => {
    const x = tensor([[4], [8], [0], [0]]);
    expect(nn.glu(x, 0).toArray()).toEqual([[2], [4]]);
    expect(nn.glu(x, -2).toArray()).toEqual([[2], [4]]);
    expect(nn.glu(tensor([], { shape: [3, 0] })).shape).toEqual([3, 0]);
  });
});

describe('dropout', () => {
  const x = full([4000], 3);

  it('leaves about as many as it should, scaled so that the mean stays', () => {
    const values = Array.from(nn.dropout(key(1), x, 0.25).data);
    expect(new Set(values)).toEqual(new Set([0, 4]));
    const kept = values.filter((y) => y !== 0).length / 4000;
    expect(Math.abs(kept - 0.75)).toBeLessThan(0.03); // four standard deviations
  });

  it('gives a gradient where it kept, and depends on its key alone', () => {
    const [y, slope] = [nn.dropout(key(1), x, 0.25), slopeOf((at) => nn.dropout(key(1), at, 0.25), x)];
    expect(Array.from(slope.data)).toEqual(Array.from(y.data, (v) => v / 3));
    expect(nn.dropout(key(2), x, 0.25).toArray()).not.toEqual(y.toArray());
    expect(nn.dropout(key(1), x, 0).toArray()).toEqual(x.toArray());
  });

  it('refuses rates that are none', () => {
    for (const rate of [1, -0.1, nan]) {
      expect(() => nn.dropout(key(1), x, rate)).toThrow(`dropout: the rate is ${rate}, not in [0, 1).`);
    }
  });
});
