import type { NonFiniteCause } from './non-finite-error.ts';

/** What helps against a cause. */
export const remedies: Readonly<Record<NonFiniteCause, (op: string) => string>> = {
  'inactive where branch': (op) =>
    `where chose the other value here, and 0 times an infinite derivative is NaN. Use whereSafe(cond, ${op}, x, safe), so that ${op} never meets this operand.`,
  'sqrt at 0': () =>
    'The derivative of sqrt is infinite at 0. Use sqrt(add(x, 1e-12)), or whereSafe(greater(x, 0), sqrt, x, 1) within where.',
  'sqrt of a negative number': () => 'Use sqrt(maximum(x, 0)) if the operand is below 0 by rounding alone.',
  'log of 0': () =>
    'Use log(maximum(x, 1e-12)), logSoftmax in place of log(softmax(x)), or whereSafe(greater(x, 0), log, x, 1) within where.',
  'log of a negative number': () => 'Take the log of a positive number, for instance of softplus(x).',
  '0·∞': () => 'Choose by where instead of multiplying by 0.',
  '∞−∞': () =>
    'Mask with a large finite number such as -1e30 instead of -Infinity, or leave out what is masked altogether.',
  '∞/∞': () => 'Keep both finite: divide before they overflow, or subtract their logarithms.',
  'division by 0': () =>
    'Divide by maximum(y, 1e-12), or use whereSafe(notEqual(y, 0), (v) => div(x, v), y, 1) within where.',
  'pow of 0': () => 'Keep the base away from 0: pow(maximum(x, 1e-12), y).',
  'pow of a negative number': () =>
    'A power that is no integer needs a base above 0: use mul(sign(x), pow(abs(x), y)).',
  'exp overflow': () =>
    'Subtract the largest first, as softmax and logSumExp do, or work with the logarithm; a gate may use sigmoid.',
  'exploding product': () =>
    'Clip the gradient (clipByNorm), start the recurrent matrix orthogonal (initializers.orthogonal), or let gates hold the state.',
  overflow: () => 'Scale the operands down, or use float64.',
  entered: () =>
    "Look at the data, or at the update that made this parameter. A deliberate infinity needs { allow: ['infinity'] }.",
  unexplained: () => 'Look at the kernel and the rule of this primitive with checkPrimitive.',
};
