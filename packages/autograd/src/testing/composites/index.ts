import type { Composite } from '../sample.ts';
import { arrayComposites } from './arrays.ts';
import { coreComposites } from './core.ts';
import { fftComposites } from './fft.ts';
import { linalgComposites } from './linalg.ts';
import { nnComposites } from './nn.ts';
import { orderComposites } from './order.ts';

/**
 * Calls of every op that is a function over primitives, by its name: rows of docs/derivatives.md. Each entry point has a
 * file here, as core.ts, and one line below; the test beside this file holds that no function is missing. What an option
 * changes much can have a row of its own, with the option behind a comma: `norm, ord 1`.
 */
export const composites: Readonly<Record<string, Composite>> = {
  ...coreComposites,
  ...arrayComposites,
  ...linalgComposites,
  ...orderComposites,
  ...nnComposites,
  ...fftComposites,
};
