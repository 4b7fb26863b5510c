import { defineLessonClaim } from '../claim.ts';
import { byPlace, medians, over } from '../curves.ts';
import { oracle, part } from '../judge.ts';
import { type Clipping, type Explosion, measureClipping } from '../measurements/clipping.ts';

export default defineLessonClaim<Clipping>({
  number: 5,
  sentence: 'Clipping cures exploding gradients, not vanishing ones.',
  question: 'Does a net that diverges train with clipping, and does one that forgets remember?',
  method:
    'Explosion: a relu net of 24 units that starts from the identity (Le, Jaitly, Hinton 2015), SGD with rate 0.01 on adding with T = 60, 300 updates, free or clipped to norm 1. Vanishing: the Elman net as PyTorch starts it, SGD with rate 1 on recall over 30 steps, 400 updates, free or clipped. One gradient on adding with T = 60, copy by copy, before and after clipping to a hundredth of its norm. The bounds for both trainings, 10 times the first loss and 40 % recalled, were set after looking at the measurements; clipped losses stay within 4 times, free ones pass 10²⁰. That explosion is cured does not say that adding is learned: after 300 updates the clipped loss stands near guessing. On recall gradients are so short that clipping hardly ever acts.',
  control:
    'Without clipping the same net has to explode, and the same Elman net has to learn a lag of 5; clipping by value, which turns the gradient, has to be noticed.',
  measure: measureClipping,
  judge(measured) {
    const of = (read: (one: Clipping) => number): number[] => measured.map(read);
    const losses = (read: (one: Clipping) => Explosion): number[] => {
      const curves = measured.map((one) => read(one).losses);
      const longest = Math.max(...curves.map((curve) => curve.length));
      // A training that ended early stays where it was going.
      return medians(
        curves.map((curve) => Array.from({ length: longest }, (_, i) => curve[i] ?? Number.POSITIVE_INFINITY)),
      );
    };
    const overUpdates = (curve: readonly number[]) =>
      over(
        curve.map((_, i) => i * (measured[0]?.every ?? 1)),
        curve,
      );
    const parts = [
      part(
        'clipping cures explosion: the loss never goes far above where it began',
        { what: 'worst loss / first loss', values: of((one) => one.clipped.worst) },
        '≤ 10',
        (value) => value <= 10,
      ),
      part(
        'clipping does not cure vanishing: a far symbol is not recalled',
        { what: 'part recalled (guessing: 0.25)', values: of((one) => one.farClipped.success) },
        '≤ 0.4',
        (value) => value <= 0.4,
      ),
      part(
        'clipping leaves every copy’s share of the gradient as it was',
        { what: 'largest relative change of a share', values: of(changeOf) },
        '≤ 1e−12',
        (value) => value <= 1e-12,
      ),
      part(
        'clipping does not turn the gradient',
        { what: '1 − cos of the angle', values: of((one) => Math.abs(one.turnedByNorm)) },
        '≤ 1e−12',
        (value) => value <= 1e-12,
      ),
    ] as const;
    return {
      parts,
      oracles: [
        oracle('without clipping the loss explodes a hundredfold', measured, (one) => one.free.worst > 100),
        oracle('a near symbol is recalled', measured, (one) => one.near.success >= 0.99),
        oracle('clipping by value turns the gradient', measured, (one) => one.turnedByValue > 1e-3),
      ],
      condition: conditionOf(parts.map(({ holds }) => holds)),
      readings: [
        { what: 'without clipping: worst loss / first loss', values: of((one) => one.free.worst) },
        { what: 'without clipping: ended with no number (1: yes)', values: of((one) => Number(one.free.diverged)) },
        { what: 'longest gradient without clipping', values: of((one) => one.free.longestGradient) },
        { what: 'far symbol without clipping: part recalled', values: of((one) => one.farFree.success) },
        {
          what: 'share of the oldest copy / of the newest',
          values: of((one) => (one.before.at(-1) ?? 0) / (one.before[0] ?? 0)),
        },
      ],
      charts: [
        {
          kind: 'lines',
          title: 'Training loss of a net whose gradients explode, with clipping and without: median over seeds.',
          x: { label: 'update', zero: true },
          y: { label: 'loss', scale: 'log' },
          series: [
            { label: 'free', points: overUpdates(losses((one) => one.free)) },
            { label: 'clipped at norm 1', points: overUpdates(losses((one) => one.clipped)) },
          ],
          rules: [{ y: 1 / 6, label: 'guessing' }],
        },
        {
          kind: 'lines',
          title:
            'Each copy’s share of one gradient by lag, before and after clipping: the same curve, a hundredth as high.',
          x: { label: 'lag T − t of the copy', zero: true },
          y: { label: '‖share‖', scale: 'log' },
          series: [
            { label: 'before', points: byPlace(medians(measured.map((one) => one.before))) },
            { label: 'after clipping', points: byPlace(medians(measured.map((one) => one.after))) },
          ],
        },
      ],
    };
  },
});

function conditionOf([cures = true, forgets = true, keeps = true, points = true]: readonly boolean[]): string {
  const conditions = [
    ...(cures ? [] : ['the explosion is a small one: here the loss still went far above where it began']),
    ...(forgets ? [] : ['the lag is longer than those that clipping helps to learn']),
    ...(keeps && points ? [] : ['clipping keeps the gradient’s direction, which here it did not']),
  ];
  return conditions.join('; and ');
}

/** By how much the ratio of a copy's share to the whole changes, at most. */
function changeOf({ before, after }: Clipping): number {
  const [a, b] = [Math.hypot(...before), Math.hypot(...after)];
  return Math.max(...before.map((share, i) => Math.abs((after[i] ?? Number.NaN) / b / (share / a) - 1)));
}
