import * as arrays from '../arrays/index.ts';
import * as control from '../control/index.ts';
import * as fft from '../fft/index.ts';
import * as core from '../index.ts';
import * as linalg from '../linalg/index.ts';
import * as nn from '../nn/index.ts';
import * as order from '../order/index.ts';
import * as special from '../special/index.ts';

/**
 * What the entry points with ops export, by their names in package.json. A new entry adds itself here; then its ops need
 * doc comments and samples: primitives in samples/, functions over them in composites/.
 */
export const opEntries: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '.': core,
  './arrays': arrays,
  './control': control,
  './order': order,
  './nn': nn,
  './linalg': linalg,
  './special': special,
  './fft': fft,
};
