import type { Code, FunctionIndex } from '../wasm/code.ts';
import type { Signature } from '../wasm/module.ts';
import type { ValueType } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import type { Precision } from './floats.ts';

/** Of two scalars, one. */
const operator = (type: ValueType): Signature => ({ parameters: [type, type], results: [type] });

/** The exact remainder x − ⌊|x/y|⌋·y with the sign of x, as JavaScript's %: subtracts y·2^k, which rounds nothing. */
export function fmod({ module }: Emitter, precision: Precision): FunctionIndex {
  const double = module.library('fmod', operator('f64'), (code, parameters) => {
    const [x, y] = parameters as [(typeof parameters)[0], (typeof parameters)[0]]; // two
    const [rest, size, part] = code.locals(3, 'f64');
    code.get(x).op('f64Abs').set(rest).get(y).op('f64Abs').tee(size).set(part);
    code.get(rest).f64(Number.POSITIVE_INFINITY).op('f64Lt').get(size).f64(0).op('f64Gt').op('i32And');
    code.op('i32Eqz').if(() => code.f64(Number.NaN).op('return'));
    code
      .get(rest)
      .get(size)
      .op('f64Ge')
      .if(() => {
        code.block((end) =>
          code.loop((again) => {
            code.get(part).get(part).op('f64Add').get(rest).op('f64Le').op('i32Eqz').jumpIf(end);
            code.get(part).get(part).op('f64Add').set(part).jump(again);
          }),
        );
        code.loop((again) => {
          code
            .get(rest)
            .get(part)
            .op('f64Ge')
            .if(() => code.get(rest).get(part).op('f64Sub').set(rest));
          code.get(part).f64(0.5).op('f64Mul').tee(part).get(size).op('f64Ge').jumpIf(again);
        });
      });
    code.get(rest).get(x).op('f64Copysign');
  });
  if (precision === 'f64x2') return double;
  return module.library('fmod32', operator('f32'), (code, parameters) => {
    for (const parameter of parameters) code.get(parameter).op('f64PromoteF32');
    code.call(double).op('f32DemoteF64');
  });
}

/** ⌊x / y⌋, or the remainder, which has the sign of y; 0 when y is 0, and −2³¹ / −1 wraps. */
export const intDivision = ({ module }: Emitter, op: 'floorDiv' | 'remainder'): FunctionIndex =>
  module.library(op, operator('i32'), (code, parameters) => {
    const [x, y] = parameters as [(typeof parameters)[0], (typeof parameters)[0]]; // two
    const rest = code.local();
    code
      .get(y)
      .op('i32Eqz')
      .if(() => code.i32(0).op('return'));
    code.get(x).get(y).op('i32RemS').set(rest);
    /** Whether the truncating division is off by one. */
    const pushOff = (): Code =>
      code.get(rest).i32(0).op('i32Ne').get(rest).get(y).op('i32Xor').i32(0).op('i32LtS').op('i32And');
    if (op === 'remainder') {
      code.get(rest).get(y).i32(0);
      pushOff().op('select').op('i32Add');
      return;
    }
    code
      .get(y)
      .i32(-1)
      .op('i32Eq')
      .if(() => code.i32(0).get(x).op('i32Sub').op('return'));
    code.get(x).get(y).op('i32DivS');
    pushOff().op('i32Sub');
  });
