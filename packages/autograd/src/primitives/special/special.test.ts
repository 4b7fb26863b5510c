import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { isFinite as finite, grad, sum, trace } from '../../index.ts';
import {
  arctan2,
  cbrt,
  digamma,
  erf,
  hypot,
  isInf,
  lgamma,
  logaddexp,
  isNaN as nan,
  polygamma,
  round,
  trunc,
} from '../../special/index.ts';
import { complexStep, latex, print } from '../../symbolic/index.ts';

const int = (values: number[]): Tensor => tensor(values, { dtype: 'int32' });
const gradient = (f: (x: Tensor) => Tensor, ...x: number[]): unknown =>
  grad((at: Tensor) => sum(f(at)))(tensor(x)).toArray();

describe('special functions', () => {
  it('refuse what is no float, with whole types', () => {
    expect(() => erf(int([1, 2]))).toThrow(
      "erf: takes float64 or float32, got i32[2]. Convert with cast(x, 'float64').",
    );
    expect(() => hypot(tensor([1]), tensor([1], { dtype: 'float32' }))).toThrow(
      "hypot: cannot mix f64[1] with f32[1]. Convert one with cast(x, 'float64').",
    );
    expect(() => arctan2(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/^arctan2: .*f64\[2\].*f64\[3\]/);
  });

  it('take scalars, nothing, and numbers, and broadcast', () => {
    expect(cbrt(27).item()).toBe(3);
    expect(erf(tensor([])).shape).toEqual([0]);
    expect(hypot(tensor([[3], [0]]), tensor([4, 0])).toArray()).toEqual([
      [5, 3],
      [4, 0],
    ]);
    expect(logaddexp(tensor([0], { dtype: 'float32' }), -1e9).dtype).toBe('float32');
  });

  it('have no meaning over complex numbers', () => {
    expect(() => complexStep((x: Tensor) => erf(x), tensor([1]), tensor([1]))).toThrow(
      'complexStep: erf has steps for reals only, without a meaning over complex numbers. Use checkGrads, or stopGradient before it.',
    );
  });

  it('print by name, and in LaTeX', () => {
    const program = trace((x: Tensor) => lgamma(erf(x)), tensor([1, 2]));
    expect(print(program)).toContain('lgamma');
    expect(latex(program)).toContain('\\operatorname{erf}\\left(');
  });
});

describe('polygamma', () => {
  it('is digamma for n = 0, and its own derivative', () => {
    const x = tensor([0.5, 3, -1.5]);
    expect(polygamma(0, x).toArray()).toEqual(digamma(x).toArray());
    expect(gradient((at) => polygamma(2, at), 0.5, 3)).toEqual(polygamma(3, tensor([0.5, 3])).toArray());
  });

  it('counts in whole numbers from 0 on', () => {
    const message = (n: string): string =>
      `polygamma: n must be a whole number from 0 on, got ${n}. It counts derivatives of digamma.`;
    expect(() => polygamma(-1, tensor([1]))).toThrow(message('-1'));
    expect(() => polygamma(1.5, tensor([1]))).toThrow(message('1.5'));
    expect(() => polygamma(1, int([1]))).toThrow(/^polygamma: takes int32 and a float, got i32\[1\] and i32\[1\]\./);
  });
});

describe('kinds of numbers', () => {
  const x = tensor([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]);
  it('is one of three', () => {
    expect([nan(x), isInf(x), finite(x)].map((y) => [...y.data])).toEqual([
      [0, 1, 0, 0, 0],
      [0, 0, 1, 1, 0],
      [1, 0, 0, 0, 1],
    ]);
    expect([...isInf(int([2147483647])).data]).toEqual([0]);
  });
});

describe('round and trunc', () => {
  it('are flat, and keep −0', () => {
    expect(gradient(round, 0.3, 2.5)).toEqual([0, 0]);
    expect(Object.is(trunc(tensor(-0.5)).item(), -0)).toBe(true);
    expect(round(tensor([2251799813685249.5, -2.5])).toArray()).toEqual([2251799813685250, -2]);
  });
});
