import { ArgumentError } from '@throughline/tensor';

/** Throws unless an option is an integer in its range. */
export function checkCount(op: string, name: string, value: unknown, least = 1, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return; // an integer is a number
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
  throw new ArgumentError(op, `${name} is ${String(value)}, not an integer ${range}.`);
}

/** Throws unless an option is one of the words it may be. */
export function checkChoice(op: string, name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return; // a search among strings
  const given = typeof value === 'string' ? `'${value}'` : String(value);
  throw new ArgumentError(op, `${name} is ${given}. Use ${choices.map((one) => `'${one}'`).join(' or ')}.`);
}
