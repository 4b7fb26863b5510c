import { relu } from '@throughline/autograd';
import { identity, normal } from '../initializers.ts';
import { elman } from './elman.ts';

/**
 * The Elman net of rectified units that starts as an accumulator: U is the identity, b is 0, W is small.
 *
 * h′ = max(0, x W + h U + b). State h [B, H]; W [I, H] starts normal with standard deviation 0.001, U [H, H], b [H]. The same
 * step as `rnnRelu`; only the start differs.
 * Source: Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015.
 * @example irnn.init(key(1), { I: 1, H: 2 }).h.U   // f64[2,2] [[1, 0], [0, 1]]
 */
export const irnn = elman({ name: 'irnn', activation: relu }).with({ h: { W: normal(0.001), U: identity, b: 0 } });
