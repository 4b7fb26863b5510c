import { flow, key, type lstm, mean, mul, normal, sigmoid, square, unroll } from 'throughline';
import { type Exercise, notYet, short } from '../kit.ts';

export interface Answer {
  readonly memory: ReturnType<typeof lstm.with>;
}

const steps = 60;
const seeds = [1, 2, 3];

const exercise: Exercise<Answer> = {
  title: 'forget bias',
  minutes: 15,
  hints: [
    'A gate that stands at f forgets half in ln ½ / ln f steps. For 40 steps f has to be 0.983, so its bias log(f / (1 − f)) about 4.',
    'One number for all units gives all of them the same memory. The biases have to be drawn.',
    "chrono(60) draws the bias log u, u uniform between 1 and 59, and such a gate forgets half in about 0.7 u steps. Tallec and Ollivier (2018) give the input gate the opposite: minus('f.b').",
  ],
  check({ memory }) {
    const halves: number[] = [];
    for (const seed of seeds) {
      const params = memory.init(key(seed), { I: 2, H: 16 });
      const gates = [...sigmoid(params.f.b).data];
      halves.push(...gates.map((f) => Math.log(0.5) / Math.log(f)));
      const stuck = gates.find((f) => f * (1 - f) < 0.001);
      if (stuck !== undefined) {
        notYet(
          `a gate starts at ${stuck}, where its slope f (1 − f) is ${short(stuck * (1 - stuck))}: training cannot move it, so what it keeps it keeps for ever.`,
        );
      }
      const xs = mul(normal(key(seed + 100), [steps, 4, 2]), 0.5);
      const back = flow(unroll(memory, params, xs), (lines) => mean(square(lines.out.at(steps))));
      const norms = back.norms('c');
      const reach = (norms[1] ?? Number.NaN) / (norms[steps] ?? Number.NaN);
      const typical = [...gates].sort((a, b) => a - b)[8] ?? 0;
      if (!(reach >= 0.05)) {
        notYet(
          `seed ${seed}: of the gradient at step ${steps} only ${short(reach)} is left at step 1. A typical gate starts at ${short(typical)}, and ${short(typical)} to the 59th is ${short(typical ** 59)}.`,
        );
      }
      if (!(reach <= 5)) notYet(`seed ${seed}: the gradient grows to ${short(reach)} times its size on its way back.`);
    }
    const [fast, slow] = [halves.filter((n) => n < 8).length, halves.filter((n) => n > 25).length];
    if (fast === 0 || slow === 0) {
      const all = `of ${halves.length} units over ${seeds.length} seeds the fastest forgets half in ${short(Math.min(...halves))} steps, the slowest in ${short(Math.max(...halves))}`;
      notYet(`the gradient arrives, but the units are too much alike: ${all}. A task has short and long memories.`);
    }
    return `The gradient arrives before anything was learned, and ${fast} of ${halves.length} units are quick, ${slow} slow. Claim 8 of the lesson shows what training makes of such a start.`;
  },
};
export default exercise;
