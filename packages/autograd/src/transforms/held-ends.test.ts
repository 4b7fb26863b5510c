import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { add, mul, onTape, type Recorded } from '../index.ts';

/** a → b → c → d, with a shortcut from a to c and from b to d. */
const chain = onTape((input) => {
  const a = input(tensor(2));
  const b = mul(a, 3) as Recorded;
  const c = add(mul(b, 5), mul(a, 7)) as Recorded;
  const d = add(mul(c, 11), mul(b, 13)) as Recorded;
  return { a, b, c, d };
});
const { a, b, c, d } = chain.result;
const one = tensor(1);
const pulled = (ys: readonly Tensor[], cts: readonly (Tensor | null)[], xs: readonly Recorded[], held?: Recorded[]) =>
  chain
    .sweep(
      ys,
      xs,
      held,
    )(cts)
    .map((ct) => ct?.item() ?? null);

test('held values are cut out, those asked about are not', () => {
  expect(pulled([d], [one], [a])).toEqual([(3 * 5 + 7) * 11 + 3 * 13]);
  expect(pulled([d], [one], [a], [b])).toEqual([7 * 11]);
  expect(pulled([d], [one], [a], [b, c])).toEqual([null]);
  expect(pulled([d], [one], [a], [a, d])).toEqual([(3 * 5 + 7) * 11 + 3 * 13]);
});

test('a held y gives off its cotangent and takes none from a later y', () => {
  expect(pulled([c, b], [one, one], [a], [])).toEqual([3 * 5 + 7 + 3]);
  expect(pulled([c, b], [one, one], [a], [c, b])).toEqual([7 + 3]);
  expect(pulled([c, b], [one, null], [a], [c, b])).toEqual([7]);
  expect(pulled([c, d], [null, one], [a], [c])).toEqual([3 * 13]);
});

test('what does not depend on x, or comes before it, gives nothing', () => {
  const other = onTape((input) => {
    const [x, y] = [input(tensor(1)), input(tensor(1))];
    return { x, z: mul(y, 2) as Recorded, y };
  });
  const { x, y, z } = other.result;
  expect(other.sweep([z, z], [x])([one, one])).toEqual([null]);
  expect(other.sweep([x], [y])([one])).toEqual([null]);
  expect(other.sweep([x], [y], [x])([one])).toEqual([null]);
  expect(pulled([a], [one], [b])).toEqual([null]);
});
