import type { Code, FunctionIndex, Local } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import { repeat, type Value } from './loops.ts';
import type { TileCall } from './tile.ts';

// Processors may take a hundred times as long for a product with a subnormal float32, but not for conversions: products
// that may be subnormal are taken in float64, where they are exact, and rounded once. The bits are the same.

/** The upper bits of the exponent: 0 below 2^−111, where a number is subnormal, or soon becomes so in a product. */
const UPPER = 0x7800_0000;
/** From this depth on, that of weight gradients and not of steps, to look takes no time beside what is done. */
const LONG = 288;
/** log₂ of how many numbers of a line are looked at. */
const PARTS = 3;
/** log₂ of how many lines are looked at, at most twice as many: all of a block would push its panel out of the first cache. */
const LINES = 5;
/**
 * log₂ of how many of those looked at one may be small, and products are still taken as usual: a subnormal one takes a
 * hundred times as long, wide ones take five times as long each.
 */
const RARE = 5;

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
 * `body` if many numbers in a tile's part of a, or of b, are below 2^−111 and not 0. They are only looked for where its first
 * number is that small or 0, or the depth is long, along which units vanish each at a pace of its own.
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
 * Whether many small numbers that are not 0 are among some of some lines. Lines are given by where the first starts, how many
 * there are, the distance between them, their depth, and the distance along it.
 */
export const manyTiny = (module: Module): FunctionIndex =>
  module.library(
    'many tiny',
    { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] },
    (code, [start, lines, line, depth, distance]) => {
      if (!start || !lines || !line || !depth || !distance) return;
      const [at, end, step, seen, found, skip] = code.locals(6);
      code.get(lines).i32(LINES).op('i32ShrU').i32(1).op('i32Or').set(skip);
      code.get(line).get(skip).op('i32Mul').set(line).get(lines).get(skip).op('i32DivU').set(lines);
      code.get(depth).i32(PARTS).op('i32ShrU').i32(1).op('i32Or').get(distance).op('i32Mul').set(step);
      repeat(code, lines, 1, () => {
        code.get(start).tee(at).get(depth).get(distance).op('i32Mul').op('i32Add').set(end);
        code.loop((next) => {
          pushSmall(code, at).get(at).memory('i32Load').i32(1).op('i32Shl').i32(0).op('i32Ne').op('i32And');
          code.get(found).op('i32Add').set(found).increase(seen, 1).increase(at, step);
          code.get(at).get(end).op('i32LtS').jumpIf(next);
        });
        code.increase(start, line);
      });
      code.get(found).i32(RARE).op('i32Shl').get(seen).op('i32GtS');
    },
  );
