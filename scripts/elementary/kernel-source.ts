import { steps } from '../../packages/tensor/src/elementary/steps/index.ts';
import { tables32, tables64 } from '../../packages/tensor/src/elementary/tables.ts';
import * as special from '../../packages/tensor/src/special/steps/index.ts';
import { tables32 as special32, tables64 as special64 } from '../../packages/tensor/src/special/tables.ts';
import { type PrintOptions, printFunction } from './print-function.ts';

const functions = ['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'pow'] as const;

type Precision = 'float64' | 'float32';
type Printed = Parameters<typeof printFunction>[2];

/** Which operands a function takes, where it is not x. */
const operands: Readonly<Record<string, readonly string[]>> = {
  pow: ['x', 'y'],
  arctan2: ['y', 'x'],
  hypot: ['x', 'y'],
  logaddexp: ['x', 'y'],
  xlogy: ['x', 'y'],
  polygamma: ['n', 'x'],
};

/** The text of elementary/float64.ts or float32.ts: every function of the precision as a plain function of numbers. */
export function kernelSource(precision: Precision): string {
  const tables = precision === 'float32' ? tables32 : tables64;
  const lists = { digits: [tables.circle.digits, 'circle.digits'], ...powLists(tables) } as const;
  const bodies = functions.map((name) => [name, steps[precision][name] as Printed] as const); // pow takes two
  return source(precision, '.', bodies, lists);
}

/** The text of special/float64.ts or float32.ts. */
export function specialSource(precision: Precision): string {
  const tables = precision === 'float32' ? special32 : special64;
  const lists = {
    digits: [tables.circle.digits, 'circle.digits'],
    ...powLists(tables),
    arcHigh: [tables.arc.high, 'arc.high'],
    arcLow: [tables.arc.low, 'arc.low'],
    factorials: [tables.zeta.factorials, 'zeta.factorials'],
  } as const;
  type Curried = (m: Parameters<Printed>[0], t: typeof tables, ...xs: Parameters<Printed>[1][]) => ReturnType<Printed>;
  const bodies = Object.entries(special)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, f]) => {
      const stated = f as Curried; // all take an arithmetic, tables, and operands
      return [name, (m, ...xs) => stated(m, tables, ...xs)] as readonly [string, Printed];
    });
  return source(precision, '../elementary', bodies, lists);
}

type Lists = Readonly<Record<string, readonly [list: readonly number[], path: string]>>;

const powLists = (tables: typeof tables64) =>
  ({
    inverse: [tables.pow.inverse, 'pow.inverse'],
    logHigh: [tables.pow.logHigh, 'pow.logHigh'],
    logLow: [tables.pow.logLow, 'pow.logLow'],
  }) as const;

function source(
  precision: Precision,
  elementary: string,
  bodies: readonly (readonly [string, Printed])[],
  lists: Lists,
): string {
  const single = precision === 'float32';
  const names = new Map(Object.entries(lists).map(([name, [list]]) => [list, name]));
  const bit = (name: string) => (single ? `${name}Single` : name);
  const options: PrintOptions = {
    rounded: (infix) => (single ? `fround(${infix})` : infix),
    bits: { pow2: bit('pow2'), exponent: bit('exponent') },
    tableName: (table) => names.get(table) as string, // the steps look up no other tables
  };
  const printed = bodies.map(([name, body]) => printFunction(name, operands[name] ?? ['x'], body, options));
  return [...header(single, elementary, lists), ...printed].join('\n');
}

function header(single: boolean, elementary: string, lists: Lists): string[] {
  const suffix = single ? 'Single' : '';
  const tables = single ? 'tables32' : 'tables64';
  return [
    '// Printed from ./steps by scripts/elementary/print-kernels.ts; a test holds it to them. Do not edit.',
    '// biome-ignore-all format: printed',
    '// biome-ignore-all lint: printed',
    `import { exponent${suffix}, pow2${suffix} } from '${elementary}/bits.ts';`,
    `import { ${tables} } from './tables.ts';`,
    '',
    ...(single ? ['const fround = Math.fround;'] : []),
    ...Object.entries(lists).map(([name, [, path]]) => `const ${name} = Float64Array.from(${tables}.${path});`),
    '',
  ];
}
