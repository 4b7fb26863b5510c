import { steps } from '../../packages/tensor/src/elementary/steps/index.ts';
import { tables32, tables64 } from '../../packages/tensor/src/elementary/tables.ts';
import { type PrintOptions, printFunction } from './print-function.ts';

const functions = ['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'pow'] as const;

/** The text of float64.ts or float32.ts: every function of the precision as a plain function of numbers. */
export function kernelSource(precision: 'float64' | 'float32'): string {
  const single = precision === 'float32';
  const tables = single ? tables32 : tables64;
  const names = new Map<readonly number[], string>([
    [tables.circle.digits, 'digits'],
    [tables.pow.inverse, 'inverse'],
    [tables.pow.logHigh, 'logHigh'],
    [tables.pow.logLow, 'logLow'],
  ]);
  const bit = (name: string) => (single ? `${name}Single` : name);
  const options: PrintOptions = {
    rounded: (infix) => (single ? `fround(${infix})` : infix),
    bits: { pow2: bit('pow2'), exponent: bit('exponent') },
    tableName: (table) => names.get(table) as string, // the steps look up no other tables
  };
  const bodies = functions.map((name) => {
    const parameters = name === 'pow' ? ['x', 'y'] : ['x'];
    return printFunction(name, parameters, steps[precision][name] as Parameters<typeof printFunction>[2], options); // pow takes two
  });
  return [...header(single), ...bodies].join('\n');
}

function header(single: boolean): string[] {
  const suffix = single ? 'Single' : '';
  const tables = single ? 'tables32' : 'tables64';
  return [
    '// Printed from ./steps by scripts/elementary/print-kernels.ts; a test holds it to them. Do not edit.',
    '// biome-ignore-all format: printed',
    '// biome-ignore-all lint: printed',
    `import { exponent${suffix}, pow2${suffix} } from './bits.ts';`,
    `import { ${tables} } from './tables.ts';`,
    '',
    ...(single ? ['const fround = Math.fround;'] : []),
    `const digits = Float64Array.from(${tables}.circle.digits);`,
    `const inverse = Float64Array.from(${tables}.pow.inverse);`,
    `const logHigh = Float64Array.from(${tables}.pow.logHigh);`,
    `const logLow = Float64Array.from(${tables}.pow.logLow);`,
    '',
  ];
}
