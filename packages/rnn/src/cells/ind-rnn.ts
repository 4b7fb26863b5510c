import { greater, matmul, relu, where } from '@throughline/autograd';
import { defineCell } from '../cell.ts';
import { uniform } from '../initializers.ts';
import { param } from '../params.ts';

/**
 * The independently recurrent net: each unit sees of the state only itself, by one weight.
 *
 * h′ = max(0, x W + u ⊙ h + b). State h [B, H]; W [I, H], u [H], b [H]. u starts uniform in [0, 1): for memories of T steps
 * the paper bounds it by 2^(1/T). The belt is the whole Jacobian: u where the unit is on, 0 where it is off.
 * Source: Li, Li, Cook, Zhu, Gao, "Independently recurrent neural network (IndRNN)", 2018.
 * @example indRnn.init(key(1), { I: 2, H: 3 }).u.shape.join()   // 3
 */
export const indRnn = defineCell({
  name: 'indRnn',
  params: { W: param('IH'), u: param('H', uniform(0, 1)), b: param('H') },
  state: ['h'],
  step(p, { h }, x) {
    const a = matmul(x, p.W).add(p.u.mul(h)).add(p.b);
    const hNext = relu(a);
    return { state: { h: hNext }, out: hNext, taps: { keep: where(greater(a, 0), p.u, 0) } };
  },
  belt: { state: 'h', keep: 'keep', holding: [] },
});
