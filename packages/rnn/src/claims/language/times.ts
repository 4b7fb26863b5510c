import type { Node, Span, Time } from './ast.ts';
import { ClaimError } from './claim-error.ts';
import type { Reader } from './reader.ts';

/** `t − 1`, `T`, `2t + 3`: integers and variables, added. */
export function parseTime(reader: Reader): Time {
  const { at } = reader.token;
  const terms: Record<string, number> = {};
  let constant = 0;
  let sign = reader.take('-') ? -1 : 1;
  for (;;) {
    const { token } = reader;
    if (token.kind === 'number') {
      reader.advance();
      if (!Number.isInteger(token.value))
        throw new ClaimError(reader.text, token, `times are integers, not ${token.value}.`);
      constant += sign * token.value;
    } else {
      const { name } = reader.name('a time such as t − 1');
      terms[name] = (terms[name] ?? 0) + sign;
    }
    if (reader.take('+')) sign = 1;
    else if (reader.take('-')) sign = -1;
    else return { constant, terms, at, end: reader.last.end };
  }
}

/** The step that a time stands for. */
export function valueOfTime({ constant, terms }: Time, at: Readonly<Record<string, number>>): number {
  return Object.entries(terms).reduce((sum, [name, n]) => sum + n * (at[name] ?? Number.NaN), constant);
}

/** left − right. */
export function difference(left: Time, right: Time & Span): Time {
  const terms: Record<string, number> = { ...left.terms };
  for (const [name, n] of Object.entries(right.terms)) terms[name] = (terms[name] ?? 0) - n;
  return { ...left, constant: left.constant - right.constant, terms };
}

/** Whether it is the same step whatever the variables are. */
export const isConstant = ({ terms }: Time): boolean => Object.values(terms).every((n) => n === 0);

/** The value of an expression of numbers and steps; undefined when there is anything else in it. */
export function constantOf(node: Node, times: Readonly<Record<string, number>>): number | undefined {
  if (node.kind === 'number') return node.value;
  if (node.kind === 'name') return times[node.name];
  if (node.kind === 'negative') {
    const value = constantOf(node.of, times);
    return value === undefined ? undefined : -value;
  }
  if (node.kind !== 'binary') return undefined;
  const [a, b] = [constantOf(node.left, times), constantOf(node.right, times)];
  if (a === undefined || b === undefined) return undefined;
  if (node.op === '+') return a + b;
  if (node.op === '-') return a - b;
  if (node.op === '/') return a / b;
  return node.op === '^' ? undefined : a * b;
}
