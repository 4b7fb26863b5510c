import '../op-entries.ts'; // defines primitives that have samples here
import type { PrimitiveSamples } from '../sample.ts';
import { arraySamples } from './arrays.ts';
import { controlSamples } from './control.ts';
import { customSamples } from './custom.ts';
import { indexingSamples } from './indexing.ts';
import { loopSamples } from './loops.ts';
import { mapSamples } from './maps.ts';
import { matrixSamples } from './matrices.ts';
import { orderSamples } from './order.ts';
import { productSamples } from './products.ts';
import { randomSamples } from './random.ts';
import { reductionSamples } from './reductions.ts';
import { specialSamples } from './special.ts';
import { viewSamples } from './views.ts';
import { windowSamples } from './windows.ts';

/**
 * Calls of every primitive, by its name, a file for each family; those of other functions are in ../composites. They are what the laws, the mutants and the compiler are run on.
 */
export const samples: Readonly<Record<string, PrimitiveSamples>> = {
  ...mapSamples,
  ...specialSamples,
  ...viewSamples,
  ...windowSamples,
  ...reductionSamples,
  ...productSamples,
  ...indexingSamples,
  ...arraySamples,
  ...matrixSamples,
  ...orderSamples,
  ...randomSamples,
  ...loopSamples,
  ...controlSamples,
  ...customSamples,
};
