import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';
import { add, input, mul, type Value } from './exercise.ts';

const answer = (backward: (result: Value) => void): Answer => ({ add, input, mul, backward });

/** Everything the result depends on, nearest first. */
function reachable(result: Value): Value[] {
  const values = new Set([result]);
  for (const { operands } of values) for (const operand of operands) values.add(operand);
  return [...values];
}

function passOn({ operands, slopes, ct }: Value): void {
  for (const [i, operand] of operands.entries()) operand.ct += ct * (slopes[i] ?? 0);
}

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'each value once, but as soon as it is met',
    answer: answer((result) => {
      const seen = new Set<Value>();
      const visit = (value: Value): void => {
        if (seen.has(value)) return;
        seen.add(value);
        for (const [i, operand] of value.operands.entries()) {
          operand.ct += value.ct * (value.slopes[i] ?? 0);
          visit(operand);
        }
      };
      for (const value of reachable(result)) value.ct = 0;
      result.ct = 1;
      visit(result);
    }),
    says: /the gradient is 12, not 24: s passed its cotangent on before its second use had added to it/,
  },
  {
    what: 'nearest first',
    answer: answer((result) => {
      const values = reachable(result);
      for (const value of values) value.ct = 0;
      result.ct = 1;
      for (const value of values) passOn(value);
    }),
    says: /for a = x², y = a \+ 2 a x² at x = 2 the gradient is .*, not 68/,
  },
  {
    what: 'in order, but never from zero',
    answer: answer((result) => {
      result.ct = 1;
      for (const value of reachable(result).sort((a, b) => b.id - a.id)) passOn(value);
    }),
    says: /calling backward a second time gives/,
  },
  {
    what: 'every way by itself',
    answer: answer((result) => {
      for (const value of reachable(result)) value.ct = 0;
      const walk = (value: Value, part: number): void => {
        value.ct += part;
        for (const [i, operand] of value.operands.entries()) walk(operand, part * (value.slopes[i] ?? 0));
      };
      walk(result, 1);
    }),
    says: /walks all of the 2³⁰ ways back/,
  },
  {
    what: 'in order, found by a recursion',
    answer: answer((result) => {
      const order: Value[] = [];
      const seen = new Set<Value>();
      const visit = (value: Value): void => {
        if (seen.has(value)) return;
        seen.add(value);
        for (const operand of value.operands) visit(operand);
        value.ct = 0;
        order.push(value);
      };
      visit(result);
      result.ct = 1;
      for (const value of order.reverse()) passOn(value);
    }),
    says: /100,000 values in a row overflow the stack/,
  },
];
export default wrong;
