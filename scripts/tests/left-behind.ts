// Test files that share a process leave our modules as they found them: after each file, this is checked.
import { primitives } from '@throughline/autograd';
import { afterAll, expect } from 'vitest';
import { watch } from '../../packages/autograd/src/scope.ts';
import { threading } from '../../packages/compiler/src/run/team-hook.ts';
import { kernelProvider } from '../../packages/tensor/src/kernels/provider.ts';

const state = () => ({ watch, threading, kernelProvider });

const before = state();
const known = new Set(primitives.keys());

afterAll(async () => {
  const remedy = 'a test file leaves this behind: add it to those that run alone, in vitest.config.ts';
  expect(state(), remedy).toEqual(before);
  const added = [...primitives.keys()].filter((name) => !known.has(name));
  if (added.length === 0) return;
  // Of ours there are samples of each; they come with the entry points that a file imports.
  const { samples } = await import('@throughline/autograd/testing');
  expect(
    added.filter((name) => !Object.hasOwn(samples, name)),
    remedy,
  ).toEqual([]);
});
