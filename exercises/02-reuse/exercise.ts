/**
 * Exercise 2: a reused value (15 minutes)
 *
 * A reverse mode on plain numbers in thirty lines. A value remembers what it was made from, and how fast it changes with
 * each of those. `backward` walks from the result to the inputs and adds up cotangents in `ct`. It looks right, and for
 * x · x + x it is. But let s = x + x and y = s · s: then s is used twice, and the walk passes through it twice. The answer
 * should be dy/dx = 8x. This mistake is an old one: karpathy/micrograd, issue 64.
 *
 * Mend `backward`. Two things are looked at besides: that it takes no more steps than there are values, and that 100,000
 * values in a row are no problem.
 *
 *   npm run exercise 2              checks what stands here
 *   npm run exercise 2 -- --hint    if you are stuck
 */
export interface Value {
  /** 0 for the first value made, 1 for the next. */
  readonly id: number;
  readonly value: number;
  readonly operands: readonly Value[];
  /** ∂value/∂operand, one per operand. */
  readonly slopes: readonly number[];
  /** ∂result/∂value, after `backward(result)`. */
  ct: number;
}

let made = 0;
const make = (value: number, operands: readonly Value[], slopes: readonly number[]): Value => ({
  id: made++,
  value,
  operands,
  slopes,
  ct: 0,
});

export const input = (value: number): Value => make(value, [], []);
export const add = (a: Value, b: Value): Value => make(a.value + b.value, [a, b], [1, 1]);
export const mul = (a: Value, b: Value): Value => make(a.value * b.value, [a, b], [b.value, a.value]);

export function backward(result: Value): void {
  result.ct = 1;
  passOn(result);
}

function passOn(from: Value): void {
  for (const [i, operand] of from.operands.entries()) {
    operand.ct += from.ct * (from.slopes[i] ?? 0);
    passOn(operand);
  }
}
