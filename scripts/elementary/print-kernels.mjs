// Prints packages/tensor/src/elementary/float64.ts and float32.ts from the steps. Run as: npx tsx scripts/elementary/print-kernels.mjs
import { writeFileSync } from 'node:fs';
import { kernelSource } from '../../packages/tensor/src/elementary/kernels.ts';

for (const precision of ['float64', 'float32']) {
  const file = new URL(`../../packages/tensor/src/elementary/${precision}.ts`, import.meta.url);
  writeFileSync(file, kernelSource(precision));
}
