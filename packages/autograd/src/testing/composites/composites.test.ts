import { readFileSync } from 'node:fs';
import type { Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import { expect, test } from 'vitest';
import { mul, primitives, stopGradient, tanh } from '../../index.ts';
import { opEntries } from '../op-entries.ts';
import { columns, keyOf, measureComposite } from '../table/index.ts';
import { composites } from './index.ts';
import { of } from './of.ts';

/** Functions that entry points with ops export, and that are no ops on tensors. */
const notOps = new Set([
  ...['Abstract', 'Recorded', 'isProgram', 'debugCaptures', 'evaluate', 'recording', 'scope'],
  ...['flatten', 'mapTree', 'zipTrees'],
  ...['grad', 'valueAndGrad', 'hessian', 'hvp', 'jacobian', 'jvp', 'onTape', 'trace', 'vjp', 'vmap'],
  ...['bind', 'definePrimitive'],
  'key', // a seed's key, from a number
]);

test('every function of an entry point with ops is a primitive or has samples here, and nothing else has', () => {
  const functions = Object.values(opEntries).flatMap((entry) => functionsOf(entry, ''));
  const expected = functions.filter((name) => !primitives.has(name) && !notOps.has(name));
  const rows = Object.keys(composites).map((row) => row.split(', '));
  // An option of a primitive's function may have a row of its own: pad, reflect.
  const named = new Set(rows.flatMap(([name = '', option]) => (option && primitives.has(name) ? [] : [name])));
  expect([...named].sort()).toEqual(expected.sort());
});

/** By name; those of a namespace with its name in front: `complex.mul`. */
const functionsOf = (entry: object, prefix: string): string[] =>
  Object.entries(entry).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'function') return [prefix + name];
    return typeof value === 'object' && value !== null && Symbol.toStringTag in value
      ? functionsOf(value, `${prefix}${name}.`)
      : [];
  });

test('every entry point of the package is one with ops, or reads or tests Programs', () => {
  const { exports } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, unknown>;
  }; // npm's form
  const others = ['./back-end', './symbolic', './debug', './testing', './testing/gradients'];
  expect([...Object.keys(opEntries), ...others].sort()).toEqual(Object.keys(exports).sort());
});

test('a function with a wrong derivative shows in every column that it concerns', () => {
  const wrong = (f: (x: Tensor) => Tensor): string[] => {
    const row = measureComposite('f', of(f, [tensors({ shape: [2] })]));
    return columns.map(keyOf).filter((key) => {
      const cell = row.float64.get(key);
      return cell === undefined || ('holds' in cell && !cell.holds);
    });
  };
  const alone = columns.filter(({ mapped }) => !mapped);
  expect(wrong((x) => mul(x, tanh(x)))).toEqual([]);
  expect(wrong((x) => mul(x, stopGradient(tanh(x))))).toEqual(alone.map(keyOf));
});
