import { readFileSync } from 'node:fs';
import { flatten } from '@throughline/autograd';
import { Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { zoo } from './index.ts';

const linesWith = (file: string, mark: string): number =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(`// ← ${mark}`)).length;

describe('the zoo', () => {
  test('has thirty cases, fifteen of each sort, under different names', () => {
    expect(zoo.length).toBe(30);
    expect(zoo.filter(({ file }) => file.startsWith('natural')).length).toBe(15);
    expect(new Set(zoo.map(({ name }) => name)).size).toBe(30);
  });

  test.each(zoo.map((one) => [one.name, one] as const))('%s: its line is marked once, and it runs', (_, one) => {
    expect(linesWith(one.file, one.mark)).toBe(1);
    const result = one.run((f) => f);
    const leaves = flatten('zoo', result as Tensor).leaves;
    expect(leaves.every((leaf) => leaf instanceof Tensor)).toBe(true);
  });
});
