import {
  add,
  gather,
  key as keyOf,
  mul,
  normal,
  permutation,
  reshape,
  splitKey,
  sub,
  uniform,
} from '@throughline/autograd';
import { ArgumentError, type Tensor, tensor } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { ln } from './entropy.ts';
import { glyphHeight, glyphs, glyphWidth } from './glyphs.ts';
import type { Task } from './task.ts';

/** Options of `pixelTask`. */
export interface PixelOptions {
  /** Rows and columns of the picture, at least 7: 9 by default. */
  readonly size?: number;
  /** The standard deviation of what is added to each pixel: 0.1 by default. */
  readonly noise?: number;
  /** Whether the pixels come in an order that hides rows and columns: one permutation, the same for every picture. */
  readonly permuted?: boolean;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * Sequential pixels: a picture of a digit comes pixel by pixel, row by row; which digit is it?
 *
 * Nothing is downloaded: the digits are drawn here, on 5 by 7 dots, put at any place of the picture, in ink of 0.7 to 1, with
 * noise over all of it. `permuted` shuffles time, once and for all, so that neighbours are far apart. The baseline is ln 10.
 * Shapes: inputs float64 [size², B, 1], targets int32 [B], the digit.
 * Source: after Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015, which
 * reads MNIST's pixels one by one, permuted or not.
 * @throws ArgumentError for an option out of range.
 * @example pixelTask().batch(key(1), 2).inputs.shape.join()   // 81,2,1
 */
export function pixelTask({ size = 9, noise = 0.1, permuted = false, batch = 32 }: PixelOptions = {}): Task {
  checkCount('pixelTask', 'size', size, glyphHeight);
  if (!(noise >= 0 && noise < Infinity))
    throw new ArgumentError('pixelTask', `noise is ${noise}, not a number from 0 up.`);
  checkCount('pixelTask', 'batch', batch);
  const T = size * size;
  const table = paddedGlyphs(size);
  const order = permuted ? permutation(keyOf(0), T) : null;
  return {
    name: permuted ? 'permuted-pixels' : 'pixels',
    steps: T,
    takes: { numbers: 1 },
    outputs: glyphs.length,
    answers: 'at the end',
    loss: 'crossEntropy',
    baseline: { value: ln(glyphs.length), what: 'each digit evenly' },
    others: [],
    success: { what: 'digits', chance: 1 / glyphs.length, of: rightClasses },
    batch(key, count = batch) {
      checkCount('pixelTask', 'batch', count);
      const [forDigit, forRow, forColumn, forInk, forNoise] = splitKey(key, 5) as Tensor[]; // five asked for
      const draw = (from: Tensor | undefined, most: number): Tensor => integers(from as Tensor, [count], 0, most); // as above
      const digit = draw(forDigit, glyphs.length);
      const at = table.starts(digit, draw(forRow, size - glyphHeight + 1), draw(forColumn, size - glyphWidth + 1));
      const pixels = gather(table.values, add(table.offsets, at));
      const ink = uniform(forInk as Tensor, [count], { low: 0.7, high: 1 });
      const noisy = add(mul(pixels, ink), mul(normal(forNoise as Tensor, [T, count]), noise));
      return { inputs: reshape(order === null ? noisy : gather(noisy, order), [T, count, 1]), targets: digit };
    },
  };
}

/**
 * Each digit in the middle of so much paper that any window of the picture's size that contains it is a picture of it:
 * `offsets` are the window's pixels, `starts` where a window begins that has the digit at a row and column.
 */
function paddedGlyphs(size: number) {
  const [above, left] = [size - glyphHeight, size - glyphWidth];
  const [height, width] = [glyphHeight + 2 * above, glyphWidth + 2 * left];
  const values = glyphs.flatMap((glyph) =>
    Array.from({ length: height * width }, (_, i) => {
      const [row, column] = [Math.floor(i / width) - above, (i % width) - left];
      return glyph[row]?.[column] ?? 0;
    }),
  );
  const pixel = Array.from({ length: size * size }, (_, i) => Math.floor(i / size) * width + (i % size));
  return {
    values: tensor(values),
    offsets: tensor(Int32Array.from(pixel), { dtype: 'int32' }).reshape([size * size, 1]),
    starts: (digit: Tensor, row: Tensor, column: Tensor): Tensor =>
      add(mul(digit, height * width), add(mul(sub(above, row), width), sub(left, column))),
  };
}
