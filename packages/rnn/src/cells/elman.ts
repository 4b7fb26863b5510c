import { relu, tanh } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/** How an Elman net is made. */
export interface ElmanOptions<N extends string> {
  readonly name?: N;
  /** tanh by default. */
  readonly activation?: (x: Tensor) => Tensor;
}

/**
 * A simple recurrent net: h′ = φ(x W + h U + b).
 *
 * State h [B, H]; W [I, H], U [H, H], b [H]. PyTorch's two biases are one here. It has no belt: the gradient passes through
 * U at every step.
 * Source: Elman, "Finding structure in time", 1990.
 * @example elman({ name: 'sine', activation: sin }).gates.join()   // h
 */
export const elman = <const N extends string = 'rnn'>({ name, activation = tanh }: ElmanOptions<N> = {}) =>
  defineCell({
    name: (name ?? 'rnn') as N, // N is 'rnn' unless a name was given
    params: { h: gate() },
    state: ['h'],
    step(p, { h }, x) {
      const hNext = activation(affine(p.h, x, h));
      return { state: { h: hNext }, out: hNext };
    },
  });

/** The Elman net with tanh: see `elman`. */
export const rnn = elman();

/**
 * The Elman net with relu: see `elman`. With U at the identity and b at 0 it is the net of Le, Jaitly and Hinton 2015:
 * `rnnRelu.with({ h: { U: initializers.identity, b: 0 } })`.
 */
export const rnnRelu = elman({ name: 'rnnRelu', activation: relu });
