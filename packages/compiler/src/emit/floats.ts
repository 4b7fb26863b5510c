import type { Arithmetic } from '@throughline/tensor/elementary';
import type { Op } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { fastEntry } from './fast-entry.ts';
import type { Graph, Value } from './graph.ts';

export type Precision = 'f32x4' | 'f64x2';
type FloatOp = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Neg' | 'Abs' | 'Sqrt' | 'Floor' | 'Ceil' | 'Lt' | 'Le' | 'Eq' | 'Ne';

/** Where a format keeps its exponent, of which `bias` is half, and the number whose last bit counts ones: 2^mantissa. */
const formats = {
  f32x4: { lane: 'i32x4', mantissa: 23, bias: 127, unit: 8388608 },
  f64x2: { lane: 'i64x2', mantissa: 52, bias: 1023, unit: 4503599627370496 },
} as const;

/** The arithmetic of the elementary functions, written as instructions: f32 in four lanes, f64 in two. Truth values are masks. */
export class FloatLanes implements Arithmetic<Value, Value> {
  readonly graph: Graph;
  readonly precision: Precision;
  readonly #emitter: Emitter;

  constructor(graph: Graph, emitter: Emitter, precision: Precision) {
    this.graph = graph;
    this.precision = precision;
    this.#emitter = emitter;
  }

  op(name: FloatOp | 'Min' | 'Max' | 'Pmin' | 'Pmax' | 'RelaxedMadd' | 'RelaxedNmadd', ...args: Value[]): Value {
    return this.graph.op(`${this.precision}${name}` as Op, ...args); // every combination is an opcode
  }

  constant(k: number): Value {
    const name = `${this.precision} ${Object.is(k, -0) ? '-0' : k}`;
    return this.graph.add(name, [], (code) => code[this.precision](k));
  }

  isConstant(value: Value, k: number): boolean {
    return value === this.constant(k);
  }

  add(a: Value, b: Value): Value {
    return this.#fused('add', a, b) ?? this.op('Add', a, b);
  }
  sub(a: Value, b: Value): Value {
    return this.#fused('sub', a, b) ?? this.op('Sub', a, b);
  }
  #fused(op: 'add' | 'sub', a: Value, b: Value): Value | undefined {
    return this.#emitter.fast ? fastEntry.for('compile').fused(this, op, a, b) : undefined;
  }
  mul(a: Value, b: Value): Value {
    return this.op('Mul', a, b);
  }
  div(a: Value, b: Value): Value {
    return this.op('Div', a, b);
  }
  sqrt(a: Value): Value {
    return this.op('Sqrt', a);
  }
  neg(a: Value): Value {
    return this.op('Neg', a);
  }
  abs(a: Value): Value {
    return this.op('Abs', a);
  }
  floor(a: Value): Value {
    return this.op('Floor', a);
  }

  less(a: Value, b: Value): Value {
    return this.op('Lt', a, b);
  }
  lessEqual(a: Value, b: Value): Value {
    return this.op('Le', a, b);
  }
  equal(a: Value, b: Value): Value {
    return this.op('Eq', a, b);
  }
  and(a: Value, b: Value): Value {
    return this.graph.op('v128And', a, b);
  }
  or(a: Value, b: Value): Value {
    return this.graph.op('v128Or', a, b);
  }
  not(a: Value): Value {
    return this.graph.op('v128Not', a);
  }

  select(c: Value, whenTrue: Value, whenFalse: Value): Value {
    const { graph, precision } = this;
    const test = graph.at(c);
    const [a, b] = test.args;
    if (test.name === `${precision}Lt`) {
      if (b === whenTrue && a === whenFalse) return this.op('Pmax', whenFalse, whenTrue);
      if (a === whenTrue && b === whenFalse) return this.op('Pmin', whenFalse, whenTrue);
    }
    const arm = graph.at(whenTrue);
    if (arm.name === `${precision}Neg` && arm.args[0] === whenFalse)
      return graph.op('v128Xor', whenFalse, this.and(c, this.constant(-0)));
    if (this.isConstant(whenFalse, 0)) return this.and(c, whenTrue);
    if (this.isConstant(whenTrue, 0)) return graph.op('v128Andnot', whenFalse, c);
    return graph.op('v128Bitselect', whenTrue, whenFalse, c);
  }
  branch(c: Value, whenTrue: () => readonly Value[], whenFalse: () => readonly Value[]): readonly Value[] {
    // in every branch of the steps the first arm is the usual one
    return this.graph.choose(c, whenTrue(), whenFalse);
  }

  pow2(n: Value): Value {
    const { unit, bias, mantissa } = formats[this.precision];
    // n + bias becomes the lowest bits of a number, and they move to its exponent
    return this.#shift('Shl', this.op('Add', n, this.constant(1.5 * unit + bias)), mantissa);
  }
  exponent(x: Value): Value {
    const { unit, bias, mantissa } = formats[this.precision];
    const bits = this.and(this.#shift('ShrU', x, mantissa), this.#bits(2 * bias + 1));
    return this.op('Sub', this.graph.op('v128Or', bits, this.constant(unit)), this.constant(unit + bias));
  }

  lookup(table: readonly number[], i: Value): Value {
    const { graph, precision } = this;
    const single = precision === 'f32x4';
    const bits = single ? 32 : 64;
    const values = single ? new Float32Array(table) : new Float64Array(table);
    const address = this.#emitter.data(`${precision}:${table}`, new Uint8Array(values.buffer));
    const index = graph.op(single ? 'i32x4TruncSatF32x4S' : 'i32x4TruncSatF64x2SZero', i);
    const offsets = graph.add(`i32x4Shl ${single ? 2 : 3}`, [index], (code) => code.i32(single ? 2 : 3).op('i32x4Shl'));
    const addresses = (single ? [0, 1, 2, 3] : [0, 1]).map((lane) =>
      graph.add(`extract ${lane}`, [offsets], (code) => code.lane('i32x4Extract', lane), { type: 'i32' }),
    );
    // the address of lane 0 lies on top
    return graph.add(`lookup ${address}`, addresses.reverse(), (code) => {
      code.memory(`v128Load${bits}Zero`, address);
      for (let lane = 1; lane < addresses.length; lane++) code.laneMemory(`v128Load${bits}Lane`, lane, address);
    });
  }

  /** The integer in every lane. */
  #bits(k: number): Value {
    const high = this.precision === 'f32x4' ? k : 0;
    return this.graph.add(`${this.precision} bits ${k}`, [], (code) => code.i32x4s([k, high, k, high]));
  }

  #shift(name: 'Shl' | 'ShrU', x: Value, by: number): Value {
    const op = `${formats[this.precision].lane}${name}` as const;
    return this.graph.add(`${op} ${by}`, [x], (code) => code.i32(by).op(op));
  }
}
