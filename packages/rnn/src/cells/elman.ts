import { tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/**
 * The simple recurrent net: h′ = tanh(x W + h U + b).
 *
 * State h [B, H]; W [I, H], U [H, H], b [H]. PyTorch's two biases are one here. It has no belt: the gradient passes through
 * U at every step.
 * Source: Elman, "Finding structure in time", 1990.
 * @example rnn.gates.join()   // h
 */
export const rnn = defineCell({
  name: 'rnn',
  params: { h: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const hNext = tanh(affine(p.h, x, h));
    return { state: { h: hNext }, out: hNext };
  },
});
