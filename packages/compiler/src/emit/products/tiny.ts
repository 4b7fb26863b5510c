import type { Code, FunctionIndex, Local } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import type { AccessOp } from '../../wasm/opcodes.ts';
import { repeat, type Value } from './loops.ts';
import type { TileCall } from './tile.ts';

// Processors may take a hundred times as long for a product with a subnormal float32, but not for conversions: products
// that may be subnormal are taken in float64, where they are exact, and rounded once. The bits are the same.

/** The upper bits of the exponent: 0 below 2^−111, where a number is subnormal, or soon becomes so in a product. */
const UPPER = 0x7800_0000;
/** From this depth on the ends of all rows and columns are looked at: it takes no time beside what is done along them. */
const LONG = 128;
/** A wide product takes some five times as long as a usual one, and a subnormal one a hundred and more: log₂ of how many of those may be one. */
const RARE = 6;

/** Puts the product of a float32 in all lanes and a vector on the stack, rounded as `f32x4Mul` does. */
export function pushWideProduct(code: Code, splat: Local, y: Local): void {
  const bytes = (first: number): number[] => Array.from({ length: 8 }, (_, i) => first + i);
  for (const upper of [false, true]) {
    code.get(splat).op('f64x2PromoteLowF32x4').get(y);
    if (upper) code.get(y).shuffle([...bytes(8), ...bytes(8)]);
    code.op('f64x2PromoteLowF32x4').op('f64x2Mul').op('f32x4DemoteF64x2Zero');
  }
  code.shuffle([...bytes(0), ...bytes(16)]);
}

/**
 * `body` if a tile's part of a, or of b, has many numbers below 2^−111 that are not 0. They are only looked for where its
 * first number is that small or 0, or the depth is long, along which units vanish each at a pace of its own.
 */
export function ifTiny(code: Code, module: Module, p: TileCall<Local>, columns: number, body: () => void): void {
  const search = manyTiny(module);
  const lines = (start: Local, count: Value, distance: Value, alongDepth: Local): void => {
    pushSmall(code, start).get(p.depth).i32(LONG).op('i32GeS').op('i32Or');
    code.if(() => {
      code.get(start).value(count).value(distance).get(p.depth).get(alongDepth).call(search).if(body);
    });
  };
  // a thread may have no rows, and nothing to look at
  code
    .get(p.rows)
    .i32(0)
    .op('i32GtS')
    .if(() => {
      lines(p.a, p.rows, p.aRow, p.aDepth);
      lines(p.b, columns, 4, p.bDepth);
    });
}

/** Puts on the stack whether the number at an address is 0 or below 2^−111. */
const pushSmall = (code: Code, at: Local): Code => code.get(at).memory('i32Load').i32(UPPER).op('i32And').op('i32Eqz');

/**
 * Whether a matrix, given by rows and columns and the distances of each, has many small numbers that are not 0. It is looked
 * through if any of its rows begins or ends with a small number.
 */
export const manyTiny = (module: Module): FunctionIndex =>
  module.library(
    'many tiny',
    { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] },
    (code, [start, rows, row, columns, column]) => {
      if (!start || !rows || !row || !columns || !column) return;
      const [at, left, last, count, few] = code.locals(5);
      const vector = code.local('v128');
      code.get(start).set(at).get(rows).set(left).get(columns).i32(1).op('i32Sub');
      code.get(column).op('i32Mul').get(start).op('i32Add').set(last);
      code.block((found) => {
        code.loop((next) => {
          pushSmall(code, at).jumpIf(found);
          pushSmall(code, last).jumpIf(found);
          code.increase(at, row).increase(last, row);
          code.get(left).i32(1).op('i32Sub').tee(left).jumpIf(next);
        });
        code.i32(0).op('return');
      });
      code.get(rows).get(columns).op('i32Mul').i32(RARE).op('i32ShrU').set(few).i32(0).set(count);
      const look = (load: AccessOp, step: number | Local): void => {
        code.get(at).memory(load).tee(vector).i32x4(UPPER).op('v128And').i32x4(0).op('i32x4Eq');
        code.get(vector).f32x4(0).op('f32x4Ne').op('v128And').op('v128AnyTrue');
        code.get(count).op('i32Add').set(count).increase(at, step);
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
      code.get(few).get(count).op('i32LtS');
    },
  );
