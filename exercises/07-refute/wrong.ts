import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';
import { counterexample } from './solution.ts';

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'a symmetric matrix',
    answer: {
      counterexample: [
        [0.4, 0.5],
        [0.5, 0.4],
      ],
      repaired: '',
    },
    says: /This U is normal, U Uᵀ = Uᵀ U, and of such matrices ‖U\^k‖ is exactly ρ\(U\)\^k/,
  },
  {
    what: 'a radius above 1',
    answer: {
      counterexample: [
        [2, 0],
        [0, 2],
      ],
      repaired: '',
    },
    says: /ρ\(U\) is 2: that the gradient may grow then, nobody denied/,
  },
  {
    what: 'a bound that only seems to hold',
    answer: { counterexample, repaired: '‖∂h[T]/∂h[t]‖ ≤ 100' },
    says: /the repaired claim is measured, not proved/,
  },
  {
    what: 'one step’s bound for many',
    answer: { counterexample, repaired: '‖∂h[T]/∂h[t]‖ ≤ σmax(U)' },
    says: /the repaired claim is refuted: at t = /,
  },
];
export default wrong;
