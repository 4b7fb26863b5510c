import { key, trace } from '@throughline/autograd';
import { estimateMemory } from '@throughline/autograd/symbolic';
import { compile } from '@throughline/compiler';
import { type Tensor, zeros } from '@throughline/tensor';
import type { SequenceLayer } from '../learning/wrapped.ts';
import { longestChain } from './chain.ts';
import { operations } from './operations.ts';
import { race } from './race.ts';

/** What a layer costs over T steps of one sequence, by its Program. */
export interface LayerCosts {
  readonly operations: number;
  /** Operations that need one another; linear recurrences as a tree. */
  readonly chain: number;
  /** Bytes of tensors that are there at a time when it runs, and those kept for its gradient. */
  readonly bytes: number;
  readonly residualBytes: number;
}

/** Counted, so the same everywhere. */
export function costsOf<P>(layer: SequenceLayer<P>, D: number, T: number): LayerCosts {
  const program = trace((p: P, xs: Tensor) => layer.apply(p, xs), layer.init(key(1)), zeros([T, 1, D]));
  const { evaluateBytes, residualBytes } = estimateMemory(program);
  return {
    operations: operations(program),
    chain: longestChain(program, { recurrences: 'tree' }),
    bytes: evaluateBytes,
    residualBytes,
  };
}

/** Milliseconds of one run, compiled, for each layer: the least of some rounds in turn. */
export function timesOf(layers: readonly SequenceLayer<unknown>[], D: number, T: number, rounds: number): number[] {
  const xs = zeros([T, 1, D]);
  const runs = layers.map((layer) => {
    const params = layer.init(key(1));
    const run = compile((p: unknown, x: Tensor) => layer.apply(p, x));
    return () => run(params, xs);
  });
  return race(runs, rounds);
}
