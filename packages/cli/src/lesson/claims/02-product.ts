import { defineLessonClaim } from '../claim.ts';
import { byPlace, medians } from '../curves.ts';
import { oracle, part } from '../judge.ts';
import { type Jacobians, measureJacobians, type Orders } from '../measurements/jacobians.ts';

/** Steps over which the approximation is looked at. */
const distance = 10;
const rounding = 1e-12;

export default defineLessonClaim<Jacobians>({
  number: 2,
  sentence:
    'The gradient through time is a product of T − t Jacobians, roughly W^(T−t)·diag(tanh′); scalars show it: 0.9^k, 1^k, 1.1^k.',
  question: 'Is ∂h[T]/∂h[t] that product, how far off is the approximation, and where does the transpose belong?',
  method:
    'Scalar linear nets with recurrent weights 0.9, 1 and 1.1 over 100 steps. An Elman net, 24 units, U as PyTorch draws it, normal inputs, T = 40: total(h[T], h[t]) against products of diag(1 − h²)·Uᵀ (ours are row vectors, h′ = tanh(x W + h U)), and against (Uᵀ)^(T−t)·diag(1 − h[t+1]²). For the transpose one step of ours and one of x′ = W tanh(x) + V u with columns, as Pascanu, Mikolov and Bengio (2013) write it, against the four ways to order diag(tanh′) and the matrix.',
  control:
    'Two runs that start apart by ±1e−6, without any derivative rule, must agree with the Jacobian; and for a symmetric W the wrong transpose must be as good as the right one.',
  measure: measureJacobians,
  judge(measured) {
    const of = (read: (one: Jacobians) => number): number[] => measured.map(read);
    const far = (curve: readonly number[]): number => curve[Math.min(distance, curve.length) - 1] ?? Number.NaN;
    const isRounding = (value: number): boolean => value <= rounding;
    const isNear = (value: number): boolean => value <= 0.1;
    const parts = [
      part(
        'a scalar net’s gradient over k steps is 0.9^k, 1^k, 1.1^k',
        { what: 'relative error up to k = 100', values: of((one) => one.scalar) },
        '≤ 1e−12',
        isRounding,
      ),
      part(
        '∂h[T]/∂h[t] is the product of diag(tanh′)·Uᵀ over the steps between',
        { what: 'relative error over all t', values: of((one) => one.exact) },
        '≤ 1e−12',
        isRounding,
      ),
      part(
        `W^(T−t)·diag(tanh′) stands for it over ${distance} steps`,
        { what: 'relative error', values: of((one) => far(one.approximation)) },
        '≤ 0.1',
        isNear,
      ),
      part(
        `W^(T−t)·diag(tanh′) stands for it over ${distance} steps in a nearly linear net`,
        { what: 'relative error', values: of((one) => far(one.nearlyLinear)) },
        '≤ 0.1',
        isNear,
      ),
      part(
        'a step’s Jacobian is Wᵀ·diag(tanh′), as printed in Pascanu et al. 2013',
        { what: 'relative error', values: of((one) => one.theirs.transposeThenSlope) },
        '≤ 1e−12',
        isRounding,
      ),
    ] as const;
    const series = (label: string, read: (one: Jacobians) => readonly number[]) => ({
      label,
      points: byPlace(medians(measured.map(read)), 1),
    });
    return {
      parts,
      oracles: [
        oracle('differences of two runs agree with the Jacobian', measured, (one) => one.differences <= 1e-6),
        oracle('the transpose does not matter for a symmetric W', measured, (one) => one.symmetric <= rounding),
        oracle(
          'exactly one way to write a step is right: diag(tanh′)·Uᵀ for rows, W·diag(tanh′) for their columns',
          measured,
          ({ ours, theirs }) => isOnly(ours, 'slopeThenTranspose') && isOnly(theirs, 'matrixThenSlope'),
        ),
      ],
      condition: conditionOf(parts[2].holds, parts[4].holds),
      readings: [
        { what: 'their net, W·diag(tanh′): relative error', values: of((one) => one.theirs.matrixThenSlope) },
        { what: 'our net, diag(tanh′)·Uᵀ: relative error', values: of((one) => one.ours.slopeThenTranspose) },
        { what: 'our net, Uᵀ·diag(tanh′): relative error', values: of((one) => one.ours.transposeThenSlope) },
        { what: 'our net, diag(tanh′)·U: relative error', values: of((one) => one.ours.slopeThenMatrix) },
      ],
      charts: [
        {
          kind: 'lines',
          title:
            'How far W^(T−t)·diag(tanh′) is from ∂h[T]/∂h[t], by distance, in an Elman net as it starts and in one that is nearly linear.',
          x: { label: 'T − t' },
          y: { label: 'relative error', scale: 'log' },
          series: [
            series('as it starts', (one) => one.approximation),
            series('nearly linear', (one) => one.nearlyLinear),
          ],
          rules: [{ y: 0.1, label: '10 %' }],
        },
      ],
    };
  },
});

function conditionOf(isRough: boolean, isPrinted: boolean): string {
  const conditions = [
    ...(isRough ? [] : ['every step keeps its own diag(tanh′), or the net is nearly linear']),
    ...(isPrinted
      ? []
      : ['a step is written W·diag(tanh′) for columns, diag(tanh′)·Uᵀ for rows, without the printed transpose']),
  ];
  return conditions.join('; and ');
}

const isOnly = (orders: Orders, right: keyof Orders): boolean =>
  Object.entries(orders).every(([name, error]) => (name === right ? error <= rounding : error > 0.01));
