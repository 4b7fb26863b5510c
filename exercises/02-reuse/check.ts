import { type Exercise, NotYet, notYet } from '../kit.ts';
import type { Value } from './exercise.ts';

export interface Answer {
  input(value: number): Value;
  add(a: Value, b: Value): Value;
  mul(a: Value, b: Value): Value;
  backward(result: Value): void;
}

const exercise: Exercise<Answer> = {
  title: 'a reused value',
  minutes: 15,
  hints: [
    'When may a value pass its cotangent on? When everything that used it has added its part, and not before.',
    'A value is always made before what uses it: look at `id`. Which order of visiting makes sure of the first hint?',
    'First collect every value that the result depends on, each once, with a list instead of a recursion; then sort by id, largest first; then pass on in that order. Set every ct to 0 before you start.',
  ],
  check(answer) {
    const { input, add, mul, backward } = answer;
    const x = input(3);
    backward(add(mul(x, x), x));
    if (x.ct !== 7) notYet(`for y = x · x + x at x = 3 the gradient is ${x.ct}, not 7.`);

    const z = input(3);
    const s = add(z, z);
    const y = mul(s, s);
    backward(y);
    if (z.ct !== 24) {
      const why =
        z.ct > 24
          ? 's passed its cotangent on twice, the second time with the first part in it'
          : 's passed its cotangent on before its second use had added to it';
      notYet(`for s = x + x, y = s · s at x = 3 the gradient is ${z.ct}, not 24: ${why}.`);
    }
    backward(y);
    if (z.ct !== 24) {
      notYet(
        `calling backward a second time gives ${z.ct}: cotangents of the first sweep were still there. Start from zeros.`,
      );
    }
    skipped(answer);
    doublings(answer);
    deep(answer);
    return 'Every value passes its cotangent on once, when it is complete. That is all there is to a tape: it is a list that is already in order.';
  },
};
export default exercise;

/** A short way and a long way to the same value: visiting by distance from the result would be too early. */
function skipped({ input, add, mul, backward }: Answer): void {
  const x = input(2);
  const a = mul(x, x);
  const b = mul(a, x);
  const c = mul(b, x);
  backward(add(a, add(c, c)));
  if (x.ct !== 4 + 2 * 32) {
    notYet(
      `for a = x², y = a + 2 a x² at x = 2 the gradient is ${x.ct}, not 68: a is used by y at once and by x³ later, and must wait for both.`,
    );
  }
}

/** 2³⁰ ways lead from the result to x, through 30 values. */
function doublings({ input, add, backward }: Answer): void {
  const x = input(1);
  let reads = 0;
  let y = x;
  for (let n = 0; n < 30; n++) {
    const next = add(y, y);
    const { operands } = next;
    y = Object.defineProperty(next, 'operands', {
      get: () => {
        reads++;
        if (reads > 100_000) notYet('x was doubled 30 times, and backward walks all of the 2³⁰ ways back, one by one.');
        return operands;
      },
    });
  }
  backward(y);
  if (x.ct !== 2 ** 30) notYet(`x doubled 30 times has the gradient ${x.ct}, not 2³⁰.`);
}

function deep({ input, add, backward }: Answer): void {
  const x = input(1);
  let y = x;
  for (let n = 0; n < 100_000; n++) y = add(y, x);
  try {
    backward(y);
  } catch (error) {
    if (!(error instanceof RangeError) || error instanceof NotYet) throw error;
    notYet('100,000 values in a row overflow the stack: a recursion is as deep as the sequence is long. Use a list.');
  }
  if (x.ct !== 100_001) notYet(`x added up 100,001 times has the gradient ${x.ct}.`);
}
