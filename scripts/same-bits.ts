// The SHA-256 of an LSTM's weights after 500 compiled steps of Adam, on this Node, for 1, 2 and 3 threads:
//   node --conditions=@throughline/source --import ./scripts/source.mjs scripts/same-bits.ts
// On another Node, which npm installs into its cache for the purpose:
//   npx --yes --package=node@24 -- node --conditions=@throughline/source --import ./scripts/source.mjs scripts/same-bits.ts
// Browsers: npm run test:browser -- compiler/src/testing/same-bits

import { expectedBits, type Float, type Mode, trainedBits } from '../packages/compiler/src/testing/same-bits.ts';
import { startThreads } from '../packages/compiler/src/threads/index.ts';

const modes: readonly Mode[] = ['strict', 'default'];
const dtypes: readonly Float[] = ['float32', 'float64'];
console.log(`node ${process.versions.node}, v8 ${process.versions.v8}`);
for (const threads of [1, 2, 3]) {
  await startThreads(threads);
  for (const mode of modes) {
    for (const dtype of dtypes) {
      const bits = await trainedBits(mode, dtype);
      const agrees = bits === expectedBits[mode][dtype];
      console.log(
        `${threads} threads  ${mode.padEnd(7)}  ${dtype}  ${bits}  ${agrees ? 'as expected' : 'NOT as expected'}`,
      );
      if (!agrees) process.exitCode = 1;
    }
  }
}
