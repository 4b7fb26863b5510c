import { ArgumentError } from '@throughline/tensor';

/**
 * The one JSON text of a value: keys in code-unit order, no spaces, numbers as their shortest decimal that reads back as
 * the same double, −0 kept as `-0`. What JSON has no number for is an object: all NaNs are `{"number":"NaN"}`, the
 * infinities `{"number":"Infinity"}` and `{"number":"-Infinity"}`. Keys whose value is undefined are left out.
 *
 * @throws ArgumentError for what is not data: functions, symbols, bigints, undefined in an array, class instances.
 * @example canonicalJson({ b: [1, -0], a: 1e-7 })   // {"a":1e-7,"b":[1,-0]}
 */
export function canonicalJson(value: unknown): string {
  return write(value, '');
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return writeNumber(value);
  if (Array.isArray(value)) return `[${Array.from(value, (one, i) => write(one, `${path}[${i}]`)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${write(one, `${path}.${key}`)}`).join(',')}}`;
  }
  const what = typeof value === 'object' ? `an instance of ${value.constructor.name}` : `of type ${typeof value}`;
  throw new ArgumentError(
    'canonicalJson',
    `the value at ${path === '' ? 'the root' : path} is ${what}, which is not data.`,
  );
}

function writeNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : `{"number":"${value}"}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
