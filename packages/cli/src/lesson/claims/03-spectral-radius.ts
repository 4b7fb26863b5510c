import { defineLessonClaim } from '../claim.ts';
import { byPlace, medians } from '../curves.ts';
import { oracle, part } from '../judge.ts';
import { type Fate, linearRadii, measureRadii, type Radii, target } from '../measurements/radius.ts';

/** The distance at which gradients are looked at. */
const distance = 50;

export default defineLessonClaim<Radii>({
  number: 3,
  sentence: 'Below a spectral radius of 1 the gradient vanishes, above 1 it explodes.',
  question: 'Is that so for a linear net, and for a trained tanh net with ρ = 1.19?',
  method:
    'Nets of 24 units along inputs of the adding problem, T = 100. Linear ones with U scaled to ρ = 0.8, 0.9, 1.1 and 1.19; a tanh net as PyTorch starts it, scaled to 0.9; and one, from the usual start, that Adam (0.003, clipping at 1) trained on adding with T = 10 until its own ρ reached 1.19, however much it had learned by then (see the readings), then scaled to just that. Vanishing and exploding are taken to mean: less or more than 1 is left after 50 steps. The largest Lyapunov exponent is ln of the growth per step; ‖∂h[T]/∂h[T−50]‖ is the largest singular value.',
  control:
    'The trained net with its tanh taken out, the same U, must explode; two runs of the trained net that start a little apart must come together as its Jacobian says.',
  measure: measureRadii,
  judge(measured) {
    const of = (read: (one: Radii) => number): number[] => measured.map(read);
    const far = ({ norms }: Fate): number => norms[Math.min(distance, norms.length - 1)] ?? Number.NaN;
    const exact = (one: Radii): number =>
      Math.max(...one.linear.map(({ exponent }, i) => Math.abs(exponent - Math.log(linearRadii[i] ?? Number.NaN))));
    const lines = (one: Radii, isBelow: boolean): Fate[] => one.linear.filter(({ radius }) => radius < 1 === isBelow);
    const norm = `‖∂h[T]/∂h[T−${distance}]‖`;
    const parts = [
      part(
        'a linear net’s exponent is ln ρ',
        { what: 'largest difference at four radii', values: of(exact) },
        '≤ 1e−3',
        (value) => value <= 1e-3,
      ),
      part(
        'a linear net with ρ < 1 vanishes',
        { what: norm, values: of((one) => Math.max(...lines(one, true).map(far))) },
        '< 1',
        (value) => value < 1,
      ),
      part(
        'a linear net with ρ > 1 explodes',
        { what: norm, values: of((one) => Math.min(...lines(one, false).map(far))) },
        '> 1',
        (value) => value > 1,
      ),
      part(
        'a tanh net with ρ = 0.9 vanishes',
        { what: norm, values: of((one) => far(one.fresh)) },
        '< 1',
        (value) => value < 1,
      ),
      part(
        `a trained tanh net with ρ = ${target} explodes`,
        { what: norm, values: of((one) => far(one.trained)) },
        '> 1',
        (value) => value > 1,
      ),
    ] as const;
    const curve = (label: string, read: (one: Radii) => Fate | undefined) => ({
      label,
      points: byPlace(medians(measured.map((one) => read(one)?.norms ?? []))),
    });
    return {
      parts,
      oracles: [
        oracle(
          `the trained nets have ρ = ${target}, and training went no further than 10 % beyond`,
          measured,
          ({ trained, reached }) => Math.abs(trained.radius - target) < 1e-9 && Math.abs(reached / target - 1) <= 0.1,
        ),
        oracle('without tanh the same net explodes', measured, ({ withoutTanh }) => far(withoutTanh) > 1),
        oracle('two runs come together as the Jacobian says', measured, (one) => one.differences <= 1e-4),
      ],
      condition: `the net is linear: the tanh net that was measured at ρ = 0.9 vanishes too, but so does the one trained to ρ = ${target}, since every step is multiplied by the slopes tanh′ < 1 as well`,
      readings: [
        {
          what: `trained tanh net with ρ = ${target}: growth per step`,
          values: of((one) => Math.exp(one.trained.exponent)),
        },
        { what: 'the same without tanh: growth per step', values: of((one) => Math.exp(one.withoutTanh.exponent)) },
        { what: 'updates until ρ was there', values: of((one) => one.updates) },
        { what: 'loss by then (guessing: 0.1667)', values: of((one) => one.loss) },
      ],
      charts: [
        {
          kind: 'lines',
          title:
            'How much of a change k steps ago is left: the largest singular value of ∂h[T]/∂h[T−k], median over seeds.',
          x: { label: 'k' },
          y: { label: '‖∂h[T]/∂h[T−k]‖', scale: 'log' },
          series: [
            curve('linear, ρ = 1.19', (one) => one.linear[3]),
            curve('linear, ρ = 1.1', (one) => one.linear[2]),
            curve('linear, ρ = 0.9', (one) => one.linear[1]),
            curve('tanh, ρ = 0.9', (one) => one.fresh),
            curve('tanh, trained, ρ = 1.19', (one) => one.trained),
          ],
          rules: [{ y: 1, label: 'all of it' }],
        },
      ],
    };
  },
});
