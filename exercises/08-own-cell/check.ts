import {
  type AnyCell,
  check,
  checkGrads,
  claim,
  flatten,
  flow,
  key,
  lstm,
  mean,
  mul,
  normal,
  type ParamTree,
  square,
  unroll,
} from 'throughline';
import { type Exercise, notYet, short } from '../kit.ts';

export interface Answer {
  readonly cell: unknown;
}

const steps = 40;
const dims = { I: 2, H: 16 };

const exercise: Exercise<Answer> = {
  title: 'an own cell',
  minutes: 20,
  hints: [
    'Between c and the next c there may be nothing but a product with the gate, and a sum: c′ = k ⊙ c + …. A tanh around it multiplies the derivative by its slope.',
    "The gate and what is added see the state as well. Either let them see only x, or a second state made from c (as the LSTM’s h), or the same c as a tap that the belt holds: holding: ['k', 'g'].",
    'For the reach: gate({ bias: chrono(60) }). For the size: two gates of an LSTM’s four are 50 %; a bounded state is c′ = k ⊙ c + (1 − k) ⊙ g.',
  ],
  check({ cell: given }) {
    const cell = given as AnyCell; // looked at before anything is asked of it
    if (typeof cell?.step !== 'function' || cell.belt === undefined) {
      notYet('`cell` must be what defineCell gives, with a belt: { state, keep, holding }.');
    }
    const share = parameters(cell) / parameters(lstm as unknown as AnyCell); // names forgotten
    if (share > 0.6) notYet(`it has ${short(share * 100)} % of the parameters of an LSTM; at most 60 % are wanted.`);
    rightGradients(cell);
    provedBelt(cell);
    const reach = measured(cell);
    return `${cell.name}: its belt is proved, it has ${short(share * 100)} % of an LSTM’s parameters, and ${short(reach)} of the gradient is left after ${steps} steps. Put it into a file of its own, as the default export, and let npm start -- FILE look at it.`;
  },
};
export default exercise;

function rightGradients(cell: AnyCell): void {
  const params = cell.init(key(1), { I: 2, H: 3 });
  const xs = normal(key(2), [4, 2, 2]);
  const { verdict } = checkGrads((p: ParamTree) => mean(square(unroll(cell, p, xs).out)), [params], { directions: 1 });
  if (verdict !== 'right')
    notYet(`its gradients: ${verdict}. A cell has no kinks or rules of its own here; use smooth ops.`);
}

function provedBelt(cell: AnyCell): void {
  const { state, keep, holding } = cell.belt ?? notYet('it has no belt.');
  const held = holding.length === 0 ? '' : ` | ${holding.join(', ')}`;
  const text = `∂${state}[t]/∂${state}[t−1]${held} = diag(${keep}[t])`;
  const { verdict, reason } = check(cell, claim(text));
  if (verdict !== 'proved') notYet(`its belt is ${verdict}: ${text}. ${reason}`);
}

const parameters = (cell: AnyCell): number =>
  flatten('check', cell.init(key(1), dims)).leaves.reduce((sum, { size }) => sum + size, 0);

/** What is left of the gradient along the belt, at the cell's own start. */
function measured(cell: AnyCell): number {
  const { state = '', keep = '' } = cell.belt ?? {};
  const params = cell.init(key(3), dims);
  const run = unroll(cell, params, mul(normal(key(4), [steps, 4, 2]), 0.5), { taps: [keep] });
  const gates = [...(run.taps[keep]?.data ?? [])];
  if (gates.every((k) => k > 0.999)) {
    notYet(`${keep} stands at 1 everywhere: a belt that can only add. What it once took up it never lets go.`);
  }
  const norms = flow(run, (lines) => mean(square(lines.out.at(steps)))).norms(state);
  const reach = (norms[0] ?? Number.NaN) / (norms[steps] ?? Number.NaN);
  if (!(reach >= 0.1)) {
    const typical = gates.sort((a, b) => a - b)[gates.length >> 1] ?? 0;
    notYet(
      `the belt is exact, and short: ${short(reach)} of the gradient is left after ${steps} steps, since a typical gate stands at ${short(typical)}. How do the gates start?`,
    );
  }
  return reach;
}
