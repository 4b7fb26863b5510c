import type { Code, FunctionIndex, Local } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import type { AccessOp } from '../../wasm/opcodes.ts';
import { repeat, type Value } from './loops.ts';
import type { TileCall } from './tile.ts';

// Processors may take a hundred times as long for a product with a subnormal float32, but not for conversions: products
// that may be subnormal are taken in float64, where they are exact, and rounded once. The bits are the same.

/** The upper bits of the exponent: 0 below 2^−95, where a number may be subnormal, or become so in a product. */
const UPPER = 0x7000_0000;

/** Puts the product of two vectors of float32 on the stack, rounded as `f32x4Mul` does. */
export function pushWideProduct(code: Code, x: Local, y: Local): void {
  const bytes = (first: number): number[] => Array.from({ length: 8 }, (_, i) => first + i);
  for (const upper of [false, true]) {
    for (const vector of [x, y]) {
      code.get(vector);
      if (upper) code.get(vector).shuffle([...bytes(8), ...bytes(8)]);
      code.op('f64x2PromoteLowF32x4');
    }
    code.op('f64x2Mul').op('f32x4DemoteF64x2Zero');
  }
  code.shuffle([...bytes(0), ...bytes(16)]);
}

/**
 * `body` if a tile's part of a, or of b, has numbers below 2^−95 that are not 0. They are only looked for where its first
 * number and its last are that small or 0: gradients that vanish are so for whole stretches of time, and little else is.
 */
export function ifTiny(code: Code, module: Module, p: TileCall<Local>, columns: number, body: () => void): void {
  const search = anyTiny(module);
  const matrix = (start: Local, rows: Local, row: Local, columns: Value, column: Value): void => {
    pushSmall(code, start).if(() => {
      code.get(start).get(rows).get(row).value(columns).value(column).call(search).if(body);
    });
  };
  // a thread may have no rows, and nothing to look at
  code
    .get(p.rows)
    .i32(0)
    .op('i32GtS')
    .if(() => {
      matrix(p.a, p.rows, p.aRow, p.depth, p.aDepth);
      matrix(p.b, p.depth, p.bDepth, columns, 4);
    });
}

/** Puts on the stack whether the number at an address is 0 or below 2^−95. */
const pushSmall = (code: Code, at: Local): Code => code.get(at).memory('i32Load').i32(UPPER).op('i32And').op('i32Eqz');

/** Whether a matrix, given by rows and columns and the distances of each, ends in a small number and has one that is not 0. */
export const anyTiny = (module: Module): FunctionIndex =>
  module.library(
    'any tiny',
    { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] },
    (code, [start, rows, row, columns, column]) => {
      if (!start || !rows || !row || !columns || !column) return;
      const [at, left] = code.locals(2);
      const vector = code.local('v128');
      const pushLast = (count: Local, distance: Local): Code =>
        code.get(count).i32(1).op('i32Sub').get(distance).op('i32Mul');
      pushLast(rows, row).get(start).op('i32Add');
      pushLast(columns, column).op('i32Add').set(at);
      pushSmall(code, at)
        .op('i32Eqz')
        .if(() => code.i32(0).op('return'));
      const look = (load: AccessOp, step: number | Local): void => {
        code.get(at).memory(load).tee(vector).i32x4(UPPER).op('v128And').i32x4(0).op('i32x4Eq');
        code.get(vector).f32x4(0).op('f32x4Ne').op('v128And').op('v128AnyTrue');
        code.if(() => code.i32(1).op('return'));
        code.increase(at, step);
      };
      code.loop((nextRow) => {
        code.get(start).set(at).get(columns).set(left);
        code
          .get(column)
          .i32(4)
          .op('i32Eq')
          .if(() => repeat(code, left, 4, () => look('v128Load', 16)));
        repeat(code, left, 1, () => look('v128Load32Zero', column));
        code.increase(start, row);
        code.get(rows).i32(1).op('i32Sub').tee(rows).jumpIf(nextRow);
      });
      code.i32(0);
    },
  );
