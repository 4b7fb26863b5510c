import { type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { einsum } from '../arrays/index.ts';
import { matmul } from '../index.ts';

/** What a specification without "..." means: for each choice of all letters, a product of elements. */
function bySums(spec: string, operands: readonly Tensor[]): Map<string, number> {
  const [left = '', out = ''] = spec.split('->');
  const lists = left.split(',');
  const letters = [...new Set(lists.join(''))];
  const extent = (letter: string): number => {
    const k = lists.findIndex((list) => list.includes(letter));
    return operands[k]?.shape[lists[k]?.indexOf(letter) ?? 0] ?? 0;
  };
  const sums = new Map<string, number>();
  const visit = (chosen: ReadonlyMap<string, number>): void => {
    const next = letters[chosen.size];
    if (next !== undefined) {
      for (let i = 0; i < extent(next); i++) visit(new Map([...chosen, [next, i]]));
      return;
    }
    const place = (list: string): number[] => [...list].map((letter) => chosen.get(letter) ?? 0);
    const terms = operands.map((x, k) => element(x, place(lists[k] ?? '')));
    const key = String(place(out));
    sums.set(key, (sums.get(key) ?? 0) + terms.reduce((a, b) => a * b, 1));
  };
  visit(new Map());
  return sums;
}

const element = (x: Tensor, place: readonly number[]): number =>
  x.data[place.reduce((flat, i, axis) => flat * (x.shape[axis] ?? 1) + i, 0)] ?? Number.NaN;

function placesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, n) => all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])), [[]]);
}

const letters = 'abcd';
const specs = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom(...letters), { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    fc.shuffledSubarray([...letters]),
    fc.tuple(...[...letters].map(() => fc.constantFrom(1, 2, 3))),
  )
  .map(([lists, order, extents]) => ({
    spec: `${lists.map((list) => list.join('')).join(',')}->${order.filter((l) => lists.flat().includes(l)).join('')}`,
    shapes: lists.map((list) => list.map((letter) => extents[letters.indexOf(letter)] ?? 1)),
  }));

const counting = (shape: readonly number[], from: number): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + from * 3) % 11) - 5),
    { shape },
  );

describe('einsum', () => {
  it('is the sum of products that the letters say, for any number of operands', () => {
    fc.assert(
      fc.property(specs, ({ spec, shapes }) => {
        const operands = shapes.map(counting);
        const y = einsum(spec, ...operands);
        const sums = bySums(spec, operands);
        for (const place of placesOf(y.shape)) expect(element(y, place), spec).toBe(sums.get(String(place)));
      }),
      { numRuns: 60 },
    );
    const x = counting([2, 3], 0);
    expect(bySums('ij,kj->ik', [x, x]).get('0,1')).not.toBe(bySums('ij,kj->ik', [x, x]).get('0,0'));
  });

  it('broadcasts the axes of "...", and puts them first where the result is not written', () => {
    const [a, b] = [counting([2, 1, 2, 3], 1), counting([4, 3, 2], 2)];
    expect(einsum('...ij,...jk->...ik', a, b).toArray()).toEqual(matmul(a, b).toArray());
    expect(einsum('...ij,...jk', a, b).toArray()).toEqual(matmul(a, b).toArray());
    expect(einsum('i...->...i', counting([2, 3, 4], 0)).shape).toEqual([3, 4, 2]);
    expect(einsum('...,...', tensor(2), tensor([1, 2])).toArray()).toEqual([2, 4]);
    expect(einsum('i...,i...', counting([2, 1], 0), counting([2, 1], 1)).shape).toEqual([1]);
  });

  it('writes no result of letters in alphabetical order', () => {
    const x = counting([2, 3], 0);
    expect(einsum('ba', x).shape).toEqual([3, 2]);
    expect(einsum('aB', x).shape).toEqual([3, 2]); // B comes before a, as in NumPy
    expect(einsum('ij,jk', x, x.transpose()).toArray()).toEqual(matmul(x, x.transpose()).toArray());
  });

  it('takes nothing and ones: extents of 0, scalars, int32', () => {
    expect(einsum('ij,jk->ik', counting([2, 0], 0), counting([0, 2], 0)).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(einsum(',->', tensor(3), tensor(4)).item()).toBe(12);
    expect(einsum('i,i,i', ...[1, 2, 3].map((n) => tensor([n, n], { dtype: 'int32' }))).item()).toBe(12);
    expect(einsum('i->i', tensor([Number.NaN])).toArray()).toEqual([Number.NaN]);
  });

  const x = counting([2, 3], 0);
  it.each([
    ['ij->k->i', [x], 'einsum: "ij->k->i" is not of the form "ij,jk->ik".'],
    ['i1', [x], 'einsum: "i1" is not of the form "ij,jk->ik".'],
    ['i..j', [x], 'einsum: "i..j" is not of the form "ij,jk->ik".'],
    ['ij', [x, x], 'einsum: "ij" is for 1 operands, not 2.'],
    ['ij,ij', [], 'einsum: "ij,ij" is for 2 operands, not 0.'],
    ['i,ij', [x, x], 'einsum: "i" in "i,ij" has 1 letters, operand 0 is f64[2,3].'],
    ['ijk...', [x], 'einsum: "ijk..." in "ijk..." has 3 letters, operand 0 is f64[2,3].'],
    [
      'ij,jk->ik',
      [x, x],
      'einsum: "j" in "ij,jk->ik" has extent 3 in operand 0 (f64[2,3]) and 2 in operand 1 (f64[2,3]).',
    ],
    ['ii->i', [x], 'einsum: "i" in "ii->i" has extent 2 in operand 0 (f64[2,3]) and 3 in operand 0 (f64[2,3]).'],
    [
      'i...,j...->ij...',
      [x, counting([2, 4], 0)],
      'einsum: an axis of "..." in "i...,j...->ij..." has extent 3 in operand 0 (f64[2,3]) and 4 in operand 1 (f64[2,4]).',
    ],
    ['ij->ik', [x], 'einsum: "ij->ik" has k in the result and in no operand.'],
    ['ij->ii', [x], 'einsum: "ij->ii" has i in the result twice.'],
    ['i...->i', [x], 'einsum: "i...->i" drops the axes of "...". Write "..." in the result too.'],
    ['ij', [tensor([[true]])], "einsum: bool[1,1] is not a number type. Use cast(x, 'int32') first."],
    [
      'i,i',
      [tensor([1]), tensor([1], { dtype: 'int32' })],
      "einsum: cannot mix f64[1] with i32[1]. Convert one with cast(x, 'float64').",
    ],
  ])('refuses %s', (spec, operands, message) => {
    expect(() => einsum(spec, ...operands)).toThrow(message);
  });
});
