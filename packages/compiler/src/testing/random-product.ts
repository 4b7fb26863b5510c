import { Concrete, type DType, kernels, type Storage } from '@throughline/tensor';
import type { Access, ContractKernel, Label } from '../plan/ir.ts';
import { emptyStorage } from './run-product.ts';

/** Where a label stands: in the operands, and in the result if it is kept. */
export interface LabelSpec {
  readonly in: 'a' | 'b' | 'ab';
  readonly kept: boolean;
  readonly extent: number;
}

export interface Product {
  readonly kernel: ContractKernel;
  /** Buffers 0, 1 and 2: a, b, and the result with something in all its bytes. */
  readonly contents: readonly { readonly dtype: DType; readonly storage: Storage }[];
  /** What buffer 2 must hold afterwards. */
  readonly expected: Storage;
}

export type Random = () => number;
/** Numbers in [0, 1), the same ones each time. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 8) & 0xffff) / 0x10000;
  };
}

const shuffled = <T>(list: readonly T[], random: Random): T[] => {
  const rest = [...list];
  return list.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0] as T); // as many as there are
};

/** Strides that put the labels into memory in that order, with gaps, and some of them backwards. */
function placed(order: readonly number[], extents: readonly number[], random: Random, dense: boolean) {
  const strides = extents.map(() => 0);
  let size = 1;
  let offset = dense ? 0 : Math.floor(random() * 5);
  for (const label of [...order].reverse()) {
    const extent = extents[label] ?? 0;
    if (!dense && random() < 0.2) size += Math.floor(random() * 4);
    const backwards = !dense && random() < 0.15;
    strides[label] = backwards ? -size : size;
    if (backwards) offset += size * Math.max(0, extent - 1);
    size *= Math.max(1, extent);
  }
  return { strides, offset, length: size + offset + 4 };
}

const awkward = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e-45, 3e38];
function numberOf(dtype: DType, random: Random, tame: boolean): number {
  if (dtype === 'int32') return Math.floor((random() - 0.5) * 2 ** 32);
  if (!tame && random() < 0.02) return awkward[Math.floor(random() * awkward.length)] ?? 0;
  return random() * 4 - 2;
}

/** A number among the subnormal float32 or near them, or a zero of its sign. */
const vanishing = (x: number, random: Random): number => x * 2 ** -Math.floor(90 + 70 * random());

/** A product with operands in any layout, and what the reference kernel says of it. */
export function randomProduct(
  labels: readonly LabelSpec[],
  dtype: DType,
  random: Random,
  { dense = false, tame = false, tiny }: { dense?: boolean; tame?: boolean; tiny?: 'a' | 'b' } = {},
): Product {
  const ids = labels.map((_, i) => i);
  const extents = labels.map(({ extent }) => extent);
  const orderOf = (holds: (label: LabelSpec) => boolean): number[] => {
    const list = ids.filter((i) => labels.some((label, j) => i === j && holds(label)));
    return dense ? list : shuffled(list, random);
  };
  const inA = orderOf((label) => label.in !== 'b');
  const inB = orderOf((label) => label.in !== 'a');
  const kept = orderOf((label) => label.kept);
  const operand = (order: readonly number[], side: 'a' | 'b') => {
    const value = new Concrete(
      emptyStorage(
        dtype,
        order.reduce((n, i) => n * (extents[i] ?? 0), 1),
      ),
      dtype,
      order.map((i) => extents[i] ?? 0),
    );
    for (let i = 0; i < value.storage.length; i++) {
      const x = numberOf(dtype, random, tame);
      value.storage[i] = side === tiny && random() < 0.98 ? vanishing(x, random) : x;
    }
    const place = placed(dense ? order : shuffled(order, random), extents, random, dense);
    const storage = emptyStorage(dtype, place.length).fill(7);
    spread(value, order, extents, place, storage);
    return { value, storage, place };
  };
  const [a, b] = [operand(inA, 'a'), operand(inB, 'b')];
  const out = placed(dense ? kept : shuffled(kept, random), extents, random, dense);
  const result = emptyStorage(dtype, out.length);
  for (let i = 0; i < result.length; i++) result[i] = i + 0.5;
  const expected = result.slice();
  spread(kernels.contract(a.value, b.value, { a: inA, b: inB, out: kept }), kept, extents, out, expected);
  const summed = inA.filter((i) => !kept.includes(i));
  const label = (i: number): Label => ({
    extent: extents[i] ?? 0,
    a: a.place.strides[i] ?? 0,
    b: b.place.strides[i] ?? 0,
    out: out.strides[i] ?? 0,
  });
  const access = (buffer: number, offset: number): Access => ({ buffer, offset, strides: [], steps: [] });
  return {
    kernel: {
      kind: 'contract',
      dtype,
      kept: kept.map(label),
      summed: summed.map(label),
      a: access(0, a.place.offset),
      b: access(1, b.place.offset),
      out: access(2, out.offset),
    },
    contents: [a.storage, b.storage, result].map((storage) => ({ dtype, storage })),
    expected,
  };
}

/** Writes a dense value to where strides put it. */
function spread(
  value: Concrete,
  order: readonly number[],
  extents: readonly number[],
  { strides, offset }: { readonly strides: readonly number[]; readonly offset: number },
  into: Storage,
): void {
  for (let i = 0; i < value.storage.length; i++) {
    let [at, rest] = [offset, i];
    for (const label of [...order].reverse()) {
      const extent = extents[label] ?? 1;
      at += (rest % extent) * (strides[label] ?? 0);
      rest = Math.floor(rest / extent);
    }
    into[at] = value.storage[i] ?? 0;
  }
}
