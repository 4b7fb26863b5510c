/** @file How long kernels take on one core, roughly: enough to tell what is worth a barrier. The same on every machine. */
import type { Shape } from '@throughline/tensor';
import { bytesOf } from '../emit/emitter.ts';
import type { Kernel, Node } from '../plan/ir.ts';
import { isTranscendental } from '../transcendental.ts';
import { axesOf, type Leaf } from './touches.ts';

/** What a barrier costs, with what the caches lose by it. */
export const barrierWork = 500;
/** Below this a kernel alone is not worth dividing. */
export const leastWork = 4000;
/** Rounds of a `while` that are taken for granted, as nobody knows how many there will be. */
const rounds = 16;

const size = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** Nanoseconds per element, in vectors. */
function nodeWork(node: Node): number {
  const wide = bytesOf(node.dtype) / 4;
  if (node.kind !== 'op') return node.kind === 'load' ? 0.25 * wide : 0;
  return (isTranscendental(node.op) ? 2 : 0.15) * wide;
}
const nodesWork = (nodes: readonly Node[]): number => nodes.reduce((sum, node) => sum + nodeWork(node), 0);

/** Nanoseconds of a kernel on one core. */
export function leafWork(kernel: Leaf): number {
  const elements = size(axesOf(kernel));
  switch (kernel.kind) {
    case 'map':
      return elements * (nodesWork(kernel.nodes) + 0.3 * kernel.stores.length);
    case 'reduce':
      return elements * size(kernel.reduced) * (nodesWork(kernel.nodes) + 0.3);
    case 'contract':
      return elements * size(kernel.summed.map(({ extent }) => extent)) * (kernel.dtype === 'float64' ? 0.12 : 0.06);
    case 'pack': {
      const moving = [...kernel.contract.kept, ...kernel.contract.summed].filter(({ b }) => b !== 0);
      return 0.5 * size(moving.map(({ extent }) => extent));
    }
    case 'gather':
    case 'scatter':
    case 'recurrence':
      return elements;
    case 'host':
      return 0;
  }
}

/** Nanoseconds of a list of kernels on two threads, barriers included: two stand for any number. */
export const pairWork = (kernels: readonly Kernel[]): number =>
  kernels.reduce((sum, kernel) => sum + kernelWork(kernel), 0);

function kernelWork(kernel: Kernel): number {
  switch (kernel.kind) {
    case 'barrier':
      return barrierWork;
    case 'loop':
      return kernel.length * pairWork(kernel.body);
    case 'while':
      return Math.min(kernel.maxSteps ?? rounds, rounds) * (pairWork(kernel.test) + pairWork(kernel.body));
    case 'branch':
      return Math.max(pairWork(kernel.onTrue), pairWork(kernel.onFalse));
    default: {
      const { split } = kernel;
      if (split === undefined) return leafWork(kernel);
      const grains = Math.ceil((axesOf(kernel)[split.axis] ?? 1) / split.grain);
      return (leafWork(kernel) * Math.ceil(grains / 2)) / grains;
    }
  }
}
