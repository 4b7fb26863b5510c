// Prints float64.ts and float32.ts of packages/tensor/src/elementary and of src/special from the steps.
// Run as: npx tsx scripts/elementary/print-kernels.ts
import { writeFileSync } from 'node:fs';
import { kernelSource, specialSource } from './kernel-source.ts';

for (const precision of ['float64', 'float32'] as const) {
  const file = (folder: string) => new URL(`../../packages/tensor/src/${folder}/${precision}.ts`, import.meta.url);
  writeFileSync(file('elementary'), kernelSource(precision));
  writeFileSync(file('special'), specialSource(precision));
}
