import { defineLessonClaim } from '../claim.ts';
import { medians, over } from '../curves.ts';
import { oracle, part } from '../judge.ts';
import { above, type Growth, measureProducts, type Products } from '../measurements/products.ts';
import { median } from '../spread.ts';

/** The other radius at which one looks whether nets vanish or explode. */
const below = 0.8;

export default defineLessonClaim<Products>({
  number: 6,
  sentence:
    'A recurrent net multiplies one Jacobian T times, and so vanishes or explodes, where a deep feed-forward net multiplies different ones.',
  question: 'Do products of different matrices fare better than powers of one, and what does alignment do?',
  method:
    'Gaussian matrices of 32 × 32 with entries of variance ρ²/32, 64 nets per seed, up to 100 steps: ln of the length of a vector that is multiplied by one matrix again and again, or by a new one each time; mean and standard deviation over nets, and the power of T with which the deviation grows (slope in log–log from 10 steps on). The same in nets h′ = tanh(h U) without inputs, tied or with a U of its own for every layer, ρ = 1.25, by forward mode. Alignment: all steps have the singular values of a Gaussian matrix, and their directions turn by a random rotation of a given size between one step and the next.',
  control:
    'For different Gaussian matrices theory is exact: ln of each step’s growth has mean ln ρ + (ln(2/n) + ψ(n/2))/2 and variance ψ′(n/2)/4. For one matrix the growth per step must be its spectral radius.',
  measure: measureProducts,
  judge(measured) {
    const of = (read: (one: Products) => number): number[] => measured.map(read);
    const steps = measured[0]?.steps ?? [];
    const curve = (label: string, read: (one: Products) => readonly number[], quiet = false) => ({
      label,
      points: over(steps, medians(measured.map(read))),
      ...(quiet ? { style: 'quiet' as const } : {}),
    });
    return {
      parts: [
        part(
          `one matrix T times vanishes at ρ = ${below} and explodes at ρ = ${above}`,
          { what: 'part of the nets in which it does', values: of((one) => share(one, one.same)) },
          '≥ 0.9',
          (value) => value >= 0.9,
        ),
        part(
          'different matrices do not, at the same ρ',
          { what: 'part of the nets in which they do', values: of((one) => share(one, one.different)) },
          '≤ 0.5',
          (value) => value <= 0.5,
        ),
        part(
          'one matrix compounds its luck: from net to net, ln of the growth spreads as T',
          { what: 'exponent of T', values: of((one) => exponent(one.steps, one.same.deviation)) },
          '≥ 0.8',
          (value) => value >= 0.8,
        ),
        part(
          'the luck of different ones averages out: it spreads as √T',
          { what: 'exponent of T', values: of((one) => exponent(one.steps, one.different.deviation)) },
          '≤ 0.7',
          (value) => value <= 0.7,
        ),
      ],
      oracles: [
        oracle('different matrices grow as theory says, within four standard errors', measured, followsTheory),
        oracle(
          'one matrix grows by its spectral radius per step, within 3 % at the median net',
          measured,
          (one) => rateError(one) <= 0.03 || (one.steps.at(-1) ?? 0) < 50,
        ),
      ],
      condition:
        'what is meant is how nets differ from each other: on average both shrink or grow by about ρ per step, but one matrix is lucky or unlucky T times over, where different ones average out',
      readings: [
        { what: 'one matrix at ρ = 1: growth per step, mean over nets', values: of((one) => perStep(one, one.same)) },
        {
          what: 'different ones at ρ = 1: growth per step, mean over nets',
          values: of((one) => perStep(one, one.different)),
        },
        {
          what: 'one matrix at ρ = 1: deviation of ln of the growth over all steps',
          values: of((one) => one.same.deviation.at(-1) ?? Number.NaN),
        },
        { what: 'different ones: that deviation', values: of((one) => one.different.deviation.at(-1) ?? Number.NaN) },
        { what: 'tied tanh net, ρ = 1.25: growth per step', values: of((one) => perStep(one, one.tiedNet)) },
        { what: 'deep tanh net, ρ = 1.25: growth per step', values: of((one) => perStep(one, one.deepNet)) },
        {
          what: 'aligned directions: growth per step of different ones',
          values: of((one) => one.turned[0]?.different ?? Number.NaN),
        },
        {
          what: 'directions turned at random: growth per step of different ones',
          values: of((one) => one.turned.at(-1)?.different ?? Number.NaN),
        },
      ],
      charts: [
        {
          kind: 'lines',
          title:
            'How far nets with the same ρ are apart: standard deviation of ln of the gradient’s growth over T steps.',
          x: { label: 'steps T', zero: true },
          y: { label: 'deviation of ln ‖growth‖', zero: true },
          series: [
            curve('one matrix', (one) => one.same.deviation),
            curve('different ones', (one) => one.different.deviation),
            curve('tied tanh net', (one) => one.tiedNet.deviation),
            curve('deep tanh net', (one) => one.deepNet.deviation),
          ],
        },
        {
          kind: 'lines',
          title: 'The gradient’s growth over T steps at two spectral radii, median over nets.',
          x: { label: 'steps T', zero: true },
          y: { label: '‖growth‖', scale: 'log' },
          series: [above, below].flatMap((rho) => [
            curve(`one matrix, ρ = ${rho}`, (one) => scaled(one, one.same, rho)),
            curve(`different, ρ = ${rho}`, (one) => scaled(one, one.different, rho)),
          ]),
          rules: [{ y: 1, label: 'as it was' }],
        },
        {
          kind: 'lines',
          title:
            'Growth per step of products with the same singular values, by how well the strongest directions of neighbouring steps are aligned.',
          x: { label: 'overlap of the strongest directions', domain: [0, 1] },
          y: { label: 'growth per step', zero: true },
          series: [
            { label: 'one matrix', points: turnedPoints(measured, (one) => one.same) },
            { label: 'different ones', points: turnedPoints(measured, (one) => one.different) },
          ],
        },
      ],
    };
  },
});

/** The slope of ln(deviation) over ln T, from a tenth of the steps on, by least squares. */
function exponent(steps: readonly number[], deviation: readonly number[]): number {
  const points = steps
    .map((T, i) => [Math.log(T), Math.log(deviation[i] ?? Number.NaN)] as const)
    .filter((_, i) => (steps[i] ?? 0) * 10 >= (steps.at(-1) ?? 0));
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const top = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return top / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

/** The part of the nets that are shorter at the small radius and longer at the large one. */
function share({ steps }: Products, { last }: Growth): number {
  const T = steps.at(-1) ?? Number.NaN;
  const count = (goes: (log: number) => boolean): number => last.filter(goes).length / last.length;
  return Math.min(
    count((log) => log + T * Math.log(below) < 0),
    count((log) => log + T * Math.log(above) > 0),
  );
}

/** Four standard errors of a mean over nets. */
function followsTheory({ steps, theory, different }: Products): boolean {
  const T = steps.at(-1) ?? Number.NaN;
  const error = theory.deviation * Math.sqrt(T / different.last.length);
  return Math.abs((different.mean.at(-1) ?? Number.NaN) - T * theory.mean) <= 4 * error;
}

const perStep = ({ steps }: Products, { mean }: Pick<Growth, 'mean'>): number =>
  Math.exp((mean.at(-1) ?? Number.NaN) / (steps.at(-1) ?? Number.NaN));

const scaled = ({ steps }: Products, { mean }: Growth, rho: number): number[] =>
  mean.map((log, i) => Math.exp(log + (steps[i] ?? Number.NaN) * Math.log(rho)));

/** How far the median net's growth per step is from its spectral radius, relatively. */
function rateError({ steps, same, radius }: Products): number {
  const T = steps.at(-1) ?? Number.NaN;
  return median(same.last.map((log, i) => Math.abs(Math.exp(log / T - (radius[i] ?? Number.NaN)) - 1)));
}

function turnedPoints(measured: readonly Products[], read: (one: Products['turned'][number]) => number) {
  const count = measured[0]?.turned.length ?? 0;
  return Array.from({ length: count }, (_, i) => ({
    x: median(measured.map((one) => one.turned[i]?.overlap ?? Number.NaN)),
    y: median(measured.map((one) => (one.turned[i] === undefined ? Number.NaN : read(one.turned[i])))),
  })).sort((a, b) => a.x - b.x);
}
