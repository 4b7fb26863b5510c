import { globalNorm, key, mul, normal, type Tensor, tensor } from 'throughline';
import { type Exercise, notYet, off, short } from '../kit.ts';

export interface Answer {
  shorten(grads: readonly Tensor[], limit: number): Tensor[];
}

const draw = (): Tensor[] => [normal(key(1), [3, 4]), normal(key(2), [4])];
const scaled = (grads: readonly Tensor[], by: number): Tensor[] => grads.map((g) => mul(g, by));
const length = (grads: readonly Tensor[]): number => globalNorm(grads).item();

const exercise: Exercise<Answer> = {
  title: 'clipping',
  minutes: 10,
  hints: [
    'To keep the direction, every entry of every tensor has to be multiplied by one and the same factor.',
    'The factor is limit / norm where the norm is above the limit, else 1. The norm is over all tensors together.',
    'sum(square(g)).item() gives one tensor’s share of the squared norm. Mind a gradient of zeros: 0 / 0 is NaN.',
  ],
  check({ shorten }) {
    const big = scaled(draw(), 1e3);
    const cut = shorten(big, 1);
    const [a, b] = [big[0]?.data[0] ?? 0, big[0]?.data[1] ?? 0];
    const factors = big.map((g, i) => ratios(cut[i] ?? g, g));
    const all = factors.flat();
    const spread = Math.max(...all) - Math.min(...all);
    if (spread > 1e-9 * Math.max(...all)) {
      const within = factors.every((one) => Math.max(...one) - Math.min(...one) < 1e-9 * Math.max(...one));
      notYet(
        within
          ? `the tensors were shortened by different factors, ${factors.map((one) => short(one[0] ?? 0)).join(' and ')}: a small gradient of one parameter now counts as much as a large one of another. One norm, one factor.`
          : `the direction changed: two entries stood as ${short(a)} to ${short(b)}, and now stand as ${short(cut[0]?.data[0] ?? 0)} to ${short(cut[0]?.data[1] ?? 0)}. Shortening multiplies all of them by one factor.`,
      );
    }
    if (Math.abs(length(cut) - 1) > 1e-9)
      notYet(
        `a gradient of length ${short(length(big))} became one of length ${short(length(cut))}, with a limit of 1.`,
      );
    const small = scaled(draw(), 1e-9);
    const kept = shorten(small, 1);
    if (small.some((g, i) => off(kept[i] ?? g, g) > 0)) {
      notYet(
        `a gradient of length ${short(length(small))} became one of length ${short(length(kept))}. What is within the limit stays as it is: clipping makes nothing longer.`,
      );
    }
    const none = shorten([tensor([0, 0])], 1);
    if (none[0]?.data[0] !== 0) notYet(`a gradient of zeros became ${none[0]?.data[0]}: 0 / 0.`);
    return `A gradient of length ${short(length(big))} comes out with length 1 and its direction; one of ${short(length(small))} comes out as it went in. So clipping cures explosion, and cannot cure vanishing: claim 5 of the lesson.`;
  },
};
export default exercise;

const ratios = (a: Tensor, b: Tensor): number[] => Array.from(b.data, (value, i) => (a.data[i] ?? Number.NaN) / value);
