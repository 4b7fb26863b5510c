import { add, broadcastTo, foldIn, jvp, key, matmul, mul, normal, tanh, unstack } from '@throughline/autograd';
import { qr, singularValues, spectralRadius } from '@throughline/autograd/linalg';
import { digamma } from '@throughline/autograd/special';
import { eye, type Tensor, tensor } from '@throughline/tensor';
import type { Work } from '../claim.ts';
import { median } from '../spread.ts';

/** ln of a gradient's length over some steps, over many nets. */
export interface Growth {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** At the last number of steps, of every net. */
  readonly last: readonly number[];
}

/** What is measured for a seed. */
export interface Products {
  /** The numbers of steps looked at. */
  readonly steps: readonly number[];
  readonly same: Growth;
  readonly different: Growth;
  /** ln of the spectral radius of each net's one matrix. */
  readonly radius: readonly number[];
  /** What theory says of different ones: the mean and deviation of ln of one step's growth. */
  readonly theory: { readonly mean: number; readonly deviation: number };
  /** The same of nets h′ = tanh(h U) along their own states, U of radius 1.25. */
  readonly tiedNet: Omit<Growth, 'last'>;
  readonly deepNet: Omit<Growth, 'last'>;
  /** Growth per step of products of equal singular values, by how much their directions turn from step to step. */
  readonly turned: readonly {
    readonly turn: number;
    readonly overlap: number;
    readonly same: number;
    readonly different: number;
  }[];
}

const sizes = {
  full: {
    H: 32,
    nets: 64,
    steps: [5, 10, 20, 35, 50, 75, 100],
    turns: [0, 0.05, 0.1, 0.2, 0.5, 1, 3],
    turnedSteps: 60,
  },
  test: { H: 8, nets: 24, steps: [2, 4, 8], turns: [0, 1], turnedSteps: 6 },
};
/** The larger of the radii at which nets are looked at. */
export const above = 1.25;

/** Powers of one matrix and products of different ones, of one seed. */
export async function measureProducts(seed: number, work: Work): Promise<Products> {
  const { H, nets, steps } = sizes[work.budget];
  const from = key(seed);
  const start = unit(normal(foldIn(from, 0), [nets, 1, H]));
  const first = mul(normal(foldIn(from, 1), [nets, H, H]), 1 / Math.sqrt(H));
  const fresh = (t: number): Tensor => (t === 1 ? first : mul(normal(foldIn(from, t), [nets, H, H]), 1 / Math.sqrt(H)));
  const same = await growth(start, () => first, steps, work);
  work.progress(0.1);
  const different = await growth(start, fresh, steps, work);
  work.progress(0.4);
  const states = normal(foldIn(from, 200), [nets, 1, H]);
  const tiedNet = netGrowth(states, start, () => mul(first, above), steps);
  work.progress(0.5);
  await work.turn();
  const deepNet = netGrowth(states, start, (t) => mul(fresh(t), above), steps);
  work.progress(0.7);
  const radius = unstack(first).map((one) => Math.log(spectralRadius(one).item()));
  return {
    steps,
    same,
    different,
    radius,
    theory: theoryFor(H),
    tiedNet,
    deepNet,
    turned: await turned(foldIn(from, 300), work),
  };
}

/** ln of a vector's length while it is multiplied, in many nets at once: [nets, 1, H]. */
async function growth(
  start: Tensor,
  matrix: (t: number) => Tensor,
  steps: readonly number[],
  work: Work,
): Promise<Growth> {
  let x = start;
  const [nets] = start.shape as [number, number, number]; // three axes
  const logs = Array.from({ length: nets }, () => 0);
  const found: number[][] = [];
  for (let t = 1; t <= Math.max(...steps); t++) {
    await work.turn();
    const next = matmul(x, matrix(t));
    lengths(next).forEach((length, i) => {
      logs[i] = (logs[i] ?? 0) + Math.log(length);
    });
    x = unit(next);
    if (steps.includes(t)) found.push([...logs]);
  }
  return summary(found);
}

/** The same of a tangent that is pushed through nets h′ = tanh(h U). */
function netGrowth(
  states: Tensor,
  direction: Tensor,
  matrix: (t: number) => Tensor,
  steps: readonly number[],
): Omit<Growth, 'last'> {
  const layers = (start: Tensor): Tensor[] => {
    let h = start;
    return Array.from({ length: Math.max(...steps) }, (_, t) => {
      h = tanh(matmul(h, matrix(t + 1)));
      return h;
    });
  };
  const { tangent } = jvp(layers, states, direction);
  const { mean, deviation } = summary(steps.map((t) => lengths(tangent[t - 1] as Tensor).map(Math.log))); // 1 ≤ t ≤ the last
  return { mean, deviation };
}

function summary(logs: readonly (readonly number[])[]): Growth {
  const mean = logs.map((row) => row.reduce((a, b) => a + b, 0) / row.length);
  const deviation = logs.map((row, i) =>
    Math.sqrt(row.reduce((sum, value) => sum + (value - (mean[i] ?? 0)) ** 2, 0) / (row.length - 1)),
  );
  return { mean, deviation, last: logs.at(-1) ?? [] };
}

/** The length of each net's vector. */
function lengths(x: Tensor): number[] {
  const [nets, , H] = x.shape as [number, number, number]; // [nets, 1, H]
  const values = x.toTypedArray();
  return Array.from({ length: nets }, (_, i) => Math.hypot(...values.subarray(i * H, (i + 1) * H)));
}

const unit = (x: Tensor): Tensor => {
  const inverse = tensor(lengths(x).map((length) => [[1 / length]]));
  return mul(x, broadcastTo(inverse, x.shape));
};

/** ln‖G v‖ for a Gaussian G with entries of variance 1/n: half of ln χ²ₙ/n (Newman 1986). */
function theoryFor(n: number): Products['theory'] {
  const psi = (x: number): number => digamma(tensor(x)).item();
  const slope = (psi(n / 2 + 1e-4) - psi(n / 2 - 1e-4)) / 2e-4;
  return { mean: (Math.log(2 / n) + psi(n / 2)) / 2, deviation: Math.sqrt(slope) / 2 };
}

/** Products of turned copies of diag(singular values): one rotation again and again, or a new one each time. */
async function turned(from: Tensor, work: Work): Promise<Products['turned']> {
  const { H, turns, turnedSteps } = sizes[work.budget];
  const nets = 4;
  const values = singularValues(mul(normal(foldIn(from, 0), [H, H]), 1 / Math.sqrt(H)));
  const start = unit(normal(foldIn(from, 1), [nets, 1, H]));
  const found: Products['turned'][number][] = [];
  for (const [i, turn] of turns.entries()) {
    const overlaps: number[] = [];
    const step = (t: number): Tensor => {
      const noise = mul(normal(foldIn(from, 2 + i * 1000 + t), [nets, H, H]), turn / Math.sqrt(H));
      const { q } = qr(add(broadcastTo(eye(H), [nets, H, H]), noise));
      overlaps.push(Math.abs(q.data[0] ?? Number.NaN));
      return mul(q, broadcastTo(values, [nets, H, H]));
    };
    const different = await growth(start, step, [turnedSteps], work);
    const one = step(1);
    const same = await growth(start, () => one, [turnedSteps], work);
    const rate = ({ mean }: Growth): number => Math.exp((mean[0] ?? Number.NaN) / turnedSteps);
    found.push({ turn, overlap: median(overlaps), same: rate(same), different: rate(different) });
    work.progress(0.7 + (0.3 * (i + 1)) / turns.length);
  }
  return found;
}
