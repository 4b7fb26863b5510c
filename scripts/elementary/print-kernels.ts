// Prints packages/tensor/src/elementary/float64.ts and float32.ts from the steps. Run as: npx tsx scripts/elementary/print-kernels.ts
import { writeFileSync } from 'node:fs';
import { kernelSource } from './kernel-source.ts';

for (const precision of ['float64', 'float32'] as const) {
  const file = new URL(`../../packages/tensor/src/elementary/${precision}.ts`, import.meta.url);
  writeFileSync(file, kernelSource(precision));
}
