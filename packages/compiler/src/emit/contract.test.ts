import type { DType } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import type { ContractKernel } from '../plan/ir.ts';
import { type LabelSpec, type Product, randomFrom, randomProduct } from '../testing/random-product.ts';
import { buildKernel, emptyStorage, type KernelOptions, runKernel } from '../testing/run-product.ts';
import { Module } from '../wasm/module.ts';
import { emitContract } from './contract.ts';
import { emitPack } from './pack.ts';
import { orient, packedLength } from './products/schedule.ts';

const extents = [0, 1, 2, 3, 5, 15, 16, 17, 31];
const dtypes: readonly DType[] = ['float32', 'float64', 'int32'];
const row = (extent: number): LabelSpec => ({ in: 'a', kept: true, extent });
const column = (extent: number): LabelSpec => ({ in: 'b', kept: true, extent });
const batch = (extent: number): LabelSpec => ({ in: 'ab', kept: true, extent });
const depth = (extent: number): LabelSpec => ({ in: 'ab', kept: false, extent });

/** What the kernel leaves in the result's buffer, all of it. */
function run({ contents }: Product, kernel: ContractKernel, options?: KernelOptions): string {
  const { buffers } = runKernel(emitContract, kernel, contents, options);
  return bits(buffers[2] ?? []);
}
/** Numbers as text, so that −0 shows and all NaNs are one. */
const bits = (storage: ArrayLike<number>): string =>
  Array.from(storage, (x) => (Object.is(x, -0) ? '-0' : String(x))).join(' ');
const same = (product: Product, kernel = product.kernel, options?: KernelOptions): void => {
  expect(run(product, kernel, options)).toBe(bits(product.expected));
};

describe.each(dtypes)('%s products equal the reference bit for bit', (dtype) => {
  test('any labels in any order, with gaps, offsets and negative strides', () => {
    const random = randomFrom(7);
    const kinds = [row, column, batch, depth];
    for (let n = 0; n < 150; n++) {
      const labels: LabelSpec[] = [];
      for (const kind of kinds) {
        for (let count = Math.floor(random() * 3.2); count > 0 && labels.length < 5; count--) {
          const sizes = labels.length < 3 ? extents : [1, 2, 3];
          labels.push(kind(sizes[Math.floor(random() * sizes.length)] ?? 1));
        }
      }
      same(randomProduct(labels, dtype, random));
    }
  });

  test('rows, columns and depths around the sizes of tiles', () => {
    const random = randomFrom(11);
    for (const m of [1, 2, 3, 16]) {
      for (const n of [1, 2, 3, 4, 7, 13, 16, 17, 31, 40]) {
        for (const k of [1, 2, 17]) same(randomProduct([row(m), depth(k), column(n)], dtype, random, { dense: true }));
      }
    }
  });

  test('depths that are cut and rows that are blocked', () => {
    const random = randomFrom(13);
    for (const [m, k, n] of [
      [3, 800, 5],
      [600, 31, 17],
      [600, 645, 16],
      [40, 1201, 70],
      [40, 650, 48],
    ] as const) {
      same(randomProduct([row(m), depth(k), column(n)], dtype, random, { dense: true }));
      same(randomProduct([row(m), depth(k), column(n)], dtype, random));
      same(randomProduct([depth(k), row(m), column(n)], dtype, random, { dense: true }));
      same(randomProduct([column(n), row(m), depth(k)], dtype, random, { dense: true }));
    }
    same(randomProduct([row(200), depth(3), depth(400), column(1100)], dtype, random));
  });

  test('operands that vanish, into subnormal numbers and zeros', () => {
    const random = randomFrom(19);
    for (const tiny of ['a', 'b'] as const) {
      for (const labels of [
        [row(5), depth(7), column(21)],
        [row(3), depth(40), column(1)],
        [depth(33), row(9), column(40)],
        [row(1), depth(1), column(1)],
      ]) {
        for (let n = 0; n < 5; n++) {
          same(randomProduct(labels, dtype, random, { tiny, dense: n < 2 }));
          same(randomProduct(labels, dtype, random, { tiny, tame: true, dense: true }));
        }
      }
    }
  });

  test('any number of threads, any axis, any grain', () => {
    const random = randomFrom(17);
    for (const labels of [
      [row(17), depth(19), column(37)],
      [batch(3), row(5), depth(4), column(9)],
      [row(3), row(5), depth(400), column(2), column(24)],
      [row(230), depth(20), column(50)],
      [row(20), depth(650), column(48)],
      [row(4), depth(0), column(6)],
      [row(1), depth(5), column(3)],
    ]) {
      for (const dense of [true, false]) {
        const product = randomProduct(labels, dtype, random, { dense });
        for (const axis of product.kernel.kept.keys()) {
          for (const grain of [1, 3, 4, 16]) {
            for (const threads of [1, 2, 5]) same(product, { ...product.kernel, split: { axis, grain } }, { threads });
          }
        }
      }
    }
  });

  test('b packed before', () => {
    const random = randomFrom(19);
    let packed = 0;
    for (const labels of [
      [row(5), depth(60), column(43)],
      [depth(60), row(5), column(64)],
      [batch(3), row(4), depth(3), depth(33), column(3), column(25)],
      [row(300), depth(700), column(20)],
      [row(1), depth(40), column(3)],
    ]) {
      for (const dense of [true, false]) {
        for (const split of [undefined, 0, 1, 2]) {
          const product = randomProduct(labels, dtype, random, { dense });
          const given =
            split === undefined || split >= product.kernel.kept.length ? {} : { split: { axis: split, grain: 4 } };
          const contract = orient({ ...product.kernel, ...given });
          const length = packedLength(contract);
          if (length === 0) continue;
          packed++;
          const into = { buffer: 3, offset: 5, strides: [], steps: [] };
          const contents = [...product.contents, { dtype, storage: emptyStorage(dtype, length + 9) }];
          const options = { threads: split === undefined ? 1 : 3 };
          const pack = { kind: 'pack', contract, into, ...given } as const;
          const { buffers } = runKernel(emitPack, pack, contents, options);
          expect(bits((buffers[3] ?? []).slice(length + 5))).toBe('0 0 0 0');
          const again = product.contents.map(({ storage }, i) => ({
            dtype,
            storage: i === 1 ? storage.map(() => 9) : storage,
          }));
          const b = contract.b.buffer; // is not read any more
          const blind = product.contents.map((buffer, i) => (i === b ? (again[i] ?? buffer) : buffer));
          blind[b] = { dtype, storage: emptyStorage(dtype, product.contents[b]?.storage.length ?? 0) };
          const result = runKernel(
            emitContract,
            { ...contract, packed: into },
            [...blind, { dtype, storage: buffers[3] ?? emptyStorage(dtype, 0) }],
            options,
          );
          expect(bits(result.buffers[2] ?? [])).toBe(bits(product.expected));
        }
      }
    }
    expect(packed).toBeGreaterThan(15);
  });
});

test('operands that stand still while their labels run', () => {
  const [m, k, n] = [5, 3, 4];
  const [a, b] = [Float32Array.of(0.1, 0.2, 0.3), Float32Array.of(1.1, -0.7, 3, 9)];
  const access = (buffer: number) => ({ buffer, offset: 0, strides: [], steps: [] });
  const kernel = (bySum: number, byColumn: number): ContractKernel => ({
    kind: 'contract',
    dtype: 'float32',
    kept: [
      { extent: m, a: 0, b: 0, out: n },
      { extent: n, a: 0, b: byColumn, out: 1 },
    ],
    summed: [{ extent: k, a: bySum, b: 0, out: 0 }],
    a: access(0),
    b: access(1),
    out: access(2),
  });
  const contents = [a, b, new Float32Array(m * n).fill(7)].map((storage) => ({ dtype: 'float32', storage }) as const);
  for (const [bySum, byColumn] of [
    [1, 1],
    [0, 1],
    [1, 0],
    [0, 0],
  ] as const) {
    const expected = Array.from({ length: m * n }, (_, cell) => {
      let sum = 0;
      for (let i = 0; i < k; i++) {
        sum = Math.fround(sum + Math.fround((a[i * bySum] ?? 0) * (b[(cell % n) * byColumn] ?? 0)));
      }
      return sum;
    });
    const { buffers } = runKernel(emitContract, kernel(bySum, byColumn), contents);
    expect(Array.from(buffers[2] ?? [])).toEqual(expected);
  }
});

test('fast arithmetic is close, where the engine has it', () => {
  const product = randomProduct([row(9), depth(100), column(33)], 'float32', randomFrom(3), {
    dense: true,
    tame: true,
  });
  const built = (): number[] => {
    const { buffers } = runKernel(emitContract, product.kernel, product.contents, { fast: true });
    return Array.from(buffers[2] ?? []);
  };
  if (!hasRelaxed()) return expect(built).toThrow(WebAssembly.CompileError);
  built().forEach((x, i) => {
    expect(Math.abs(x - (product.expected[i] ?? 0))).toBeLessThan(1e-4);
  });
});

function hasRelaxed(): boolean {
  const module = new Module();
  module.function({ parameters: [], results: [] }, (code) => {
    code.f32x4(0).f32x4(0).f32x4(0).op('f32x4RelaxedMadd').op('drop');
  });
  return WebAssembly.validate(module.bytes());
}

describe('the comparison can fail', () => {
  const product = randomProduct([row(9), depth(100), column(33)], 'float32', randomFrom(3), {
    dense: true,
    tame: true,
  });
  const { kernel, contents, expected } = product;
  test('when sums run the other way', () => {
    const [k] = kernel.summed;
    if (k === undefined) throw new Error('a product with a depth');
    const backwards = (side: 'a' | 'b') => ({ ...kernel[side], offset: kernel[side].offset + 99 * k[side] });
    const turned = { ...kernel, a: backwards('a'), b: backwards('b'), summed: [{ ...k, a: -k.a, b: -k.b }] };
    expect(run(product, turned)).not.toBe(bits(expected));
  });
  test('when one of two threads is missing', () => {
    const built = buildKernel(emitContract, { ...kernel, split: { axis: 0, grain: 1 } }, contents, { threads: 2 });
    built.write(contents);
    built.run(1);
    expect(bits(built.read(contents).buffers[2] ?? [])).not.toBe(bits(expected));
    built.run(2);
    expect(bits(built.read(contents).buffers[2] ?? [])).toBe(bits(expected));
  });
});
