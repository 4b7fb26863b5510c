import { eye } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { allocate } from '../bytes/allocate.ts';
import { FileFormatError } from '../bytes/format-error.ts';
import { writeNpy } from '../npy/write.ts';
import { fuzz, type Subject, subjects } from './fuzz.ts';

test.each(subjects().map((subject) => [subject.name, subject] as const))(
  'mutated %s files: no crash, no hang, no memory beyond the file',
  (_, subject) => {
    const { accepted, refused, crashes, slowest, allocated, grown } = fuzz(subject, 4000, 7);
    expect(crashes).toEqual([]);
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(1000);
    expect(slowest).toBeLessThan(1000);
    for (const kind of ['asWide', 'widened'] as const) {
      expect(allocated[kind]).toBeLessThanOrEqual(1);
      expect(allocated[kind]).toBeGreaterThan(0.5);
      expect(grown[kind]).toBeLessThanOrEqual(1);
    }
  },
);

/** A reader of .npy as it is often written: nothing is checked before it is believed. */
function careless(bytes: Uint8Array, check: { readonly length: boolean; readonly memory: boolean }): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = (): never => {
    throw new FileFormatError('careless', 0, 'no.');
  };
  if (bytes.length < 12 || bytes[0] !== 0x93 || bytes[6] !== 1) return wrong();
  const from = 10 + view.getUint16(8, true);
  if (check.length && from > bytes.length) return wrong();
  const text = new TextDecoder().decode(bytes.subarray(10, from));
  const shape = /'shape': \((\d+), (\d+)\)/.exec(text)?.slice(1).map(Number);
  if (shape === undefined || !text.includes("'<f8'")) return wrong();
  const size = Math.min(
    1e5,
    shape.reduce((a, b) => a * b, 1),
  ); // so that the control itself does no harm
  if (check.memory && size * 8 !== bytes.length - from) return wrong();
  const numbers = new Float64Array(size);
  if (!check.memory && size * 8 > bytes.length - from) return numbers;
  return numbers.map((_, i) => view.getFloat64(from + i * 8, true));
}

const [, npy] = subjects() as [Subject, Subject]; // two formats
const control = (check: Parameters<typeof careless>[1]): Subject => ({
  ...npy,
  files: [writeNpy(eye(3))],
  read: (bytes) => careless(bytes, check),
});

test('control: a reader that does not check the length of the header, one that believes a shape, one that hangs', () => {
  const checked = fuzz(control({ length: true, memory: true }), 4000, 7);
  expect([checked.crashes, checked.grown.asWide <= 1]).toEqual([[], true]);
  const believing = fuzz(control({ length: true, memory: false }), 4000, 7);
  expect(believing.grown.asWide).toBeGreaterThan(1);
  const unchecked = fuzz(
    { ...npy, read: (bytes) => new DataView(bytes.buffer).getFloat64(bytes[8] as number) },
    200,
    7,
  );
  expect(unchecked.crashes.length).toBeGreaterThan(0);
  const slow = fuzz({ ...npy, read: wait }, 1, 7);
  expect(slow.slowest).toBeGreaterThan(1000);
});

function wait(): void {
  const until = performance.now() + 1050;
  while (performance.now() < until);
}

test('control: a reader that allocates for numbers which it says take no room in the file', () => {
  const { allocated } = fuzz({ ...npy, read: () => allocate('int32', 10_000, 0) }, 50, 7);
  expect(allocated.widened).toBeGreaterThan(1);
});
