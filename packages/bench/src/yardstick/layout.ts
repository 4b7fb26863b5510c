import type { Size } from '../workloads/sizes.ts';

/** Where everything lies; `bytes` is the size of an element. */
export interface Layout {
  readonly bytes: 4 | 8;
  readonly gateRow: number;
  readonly at: Readonly<Record<Part, number>>;
  /** Of elements. */
  readonly lengths: Readonly<Record<Part, number>>;
  readonly end: number;
}

export const parts = [
  'xs',
  'target',
  'wx',
  'wh',
  'bias',
  'gates',
  'h',
  'c',
  'tanhC',
  'dh',
  'dc',
  'dwx',
  'dwh',
  'dbias',
  'loss',
  'packedX',
  'packedH',
  'packedBack',
] as const;
export type Part = (typeof parts)[number];

export function layoutOf({ B, T, I, H }: Size, double: boolean, threads: number): Layout {
  const bytes = double ? 8 : 4;
  // a row more than a power of two long, so that rows do not fall into the same sets of the cache
  const gateRow = 4 * H + 64 / bytes;
  const lengths: Record<Part, number> = {
    xs: T * B * I,
    target: B * H,
    wx: I * 4 * H,
    wh: H * 4 * H,
    bias: 4 * H,
    gates: T * B * gateRow,
    h: (T + 1) * B * H,
    c: (T + 1) * B * H,
    tanhC: T * B * H,
    dh: B * H,
    dc: B * H,
    dwx: I * 4 * H,
    dwh: H * 4 * H,
    dbias: threads * 4 * H,
    loss: threads * 16,
    packedX: I * 4 * H,
    packedH: H * 4 * H,
    packedBack: H * 4 * H,
  };
  let end = 64;
  const at = Object.fromEntries(
    parts.map((part) => {
      const start = end;
      end = Math.ceil((start + lengths[part] * bytes) / 64) * 64 + 64;
      return [part, start];
    }),
  ) as Record<Part, number>; // all parts
  return { bytes, gateRow, at, lengths, end };
}
