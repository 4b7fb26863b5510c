import type { ScalarOp } from '@throughline/autograd/back-end';
import type { DType } from '@throughline/tensor';
import { steps } from '@throughline/tensor/elementary';
import type { Node } from '../plan/ir.ts';
import type { NodeOp } from '../transcendental.ts';
import type { Op } from '../wasm/opcodes.ts';
import { type Emitter, shapeOf } from './emitter.ts';
import { fastEntry } from './fast-entry.ts';
import { FloatLanes, type Precision } from './floats.ts';
import type { Graph, Value } from './graph.ts';
import { instructionFor } from './instructions.ts';
import { fmod, intDivision } from './library.ts';

/** Two lanes when anything is a float64, else four. */
export const lanesOf = (nodes: readonly Node[]): 2 | 4 => (nodes.some(({ dtype }) => dtype === 'float64') ? 2 : 4);

type Float = 'float32' | 'float64';
const isFloat = (dtype: DType): dtype is Float => dtype === 'float32' || dtype === 'float64';

/** What comparisons are called by instructions; those that ask for the greater exchange their operands. */
type Comparison = 'Eq' | 'Ne' | 'Lt' | 'Le';
const comparisons: { readonly [op in ScalarOp]?: Comparison } = {
  ...({ equal: 'Eq', notEqual: 'Ne', less: 'Lt', lessEqual: 'Le', greater: 'Lt', greaterEqual: 'Le' } as const),
};

/** Of truth values; the first two take all others as such. */
const logical: { readonly [op in ScalarOp]?: Op } = { and: 'v128And', or: 'v128Or' };
const onBools: typeof logical = { mul: 'v128And', minimum: 'v128And', maximum: 'v128Or' };

/** Functions written in steps. */
export type Elementary = { readonly [op in ScalarOp]?: (m: FloatLanes, x: Value, y: Value) => Value };

/**
 * Scalar operations in lanes. Among two lanes, float32 and int32 values are the lower half of a vector, and truth values are
 * masks of 64 bits.
 */
export class Expression {
  readonly graph: Graph;
  readonly #emitter: Emitter;
  readonly #lanes: 2 | 4;
  readonly floats: Readonly<Record<Float, FloatLanes>>;

  constructor(graph: Graph, emitter: Emitter, lanes: 2 | 4) {
    this.graph = graph;
    this.#emitter = emitter;
    this.#lanes = lanes;
    this.floats = {
      float32: new FloatLanes(graph, emitter, 'f32x4'),
      float64: new FloatLanes(graph, emitter, 'f64x2'),
    };
  }

  /** The values of all nodes; `load` gives those of accesses, as they lie in memory. */
  nodes(nodes: readonly Node[], load: (at: number) => Value): readonly Value[] {
    const values: Value[] = [];
    nodes.forEach((node, at) => {
      if (node.kind === 'load') values.push(this.fromMemory(load(at), node.dtype));
      else if (node.kind === 'constant') values.push(this.constant(node.value, node.dtype));
      else {
        const args = node.args.map((arg) => values[arg] as Value); // operands are earlier nodes
        const from = nodes[node.args[node.op === 'select' ? 1 : 0] ?? 0]?.dtype ?? node.dtype;
        values.push(this.#op(node.op, args, from, node.dtype));
      }
    });
    return values;
  }

  constant(value: number, dtype: DType): Value {
    if (isFloat(dtype)) return this.floats[dtype].constant(value);
    if (dtype === 'bool') return this.#int(value === 0 ? 0 : -1);
    return this.#int(value);
  }

  /** A vector in memory as a value: bools become masks. */
  fromMemory(x: Value, dtype: DType): Value {
    return dtype === 'bool' ? this.cast(x, 'int32', dtype) : x;
  }

  /** A computed value as it lies in memory: fast arithmetic keeps no traces of numbers. */
  computed(x: Value, dtype: DType): Value {
    return this.#emitter.fast && isFloat(dtype) ? fastEntry.for('compile').withoutTraces(this.floats[dtype], x) : x;
  }

  /** A value as it lies in memory: masks become 0 and 1. */
  toMemory(x: Value, dtype: DType): Value {
    return dtype === 'bool' ? this.cast(x, dtype, 'int32') : x;
  }

  #int(k: number): Value {
    return this.graph.add(`i32x4 ${k}`, [], (code) => code.i32x4(k));
  }

  /** A mask of 32-bit lanes as a truth value. */
  #wide(mask: Value): Value {
    return this.#lanes === 4 ? mask : this.graph.op('i64x2ExtendLowI32x4S', mask);
  }

  /** A truth value as a mask of 32-bit lanes. */
  #narrow(mask: Value): Value {
    if (this.#lanes === 4) return mask;
    return this.graph.add('narrow', [mask, mask], (code) =>
      code.shuffle([0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]),
    );
  }

  #op(op: NodeOp, args: readonly Value[], from: DType, to: DType): Value {
    if (typeof op !== 'string') {
      const precision = from === 'float32' ? from : 'float64'; // its operands are floats
      return op.steps[precision](this.floats[precision], ...args);
    }
    const [x, y, z] = args as readonly [Value, Value, Value]; // as many as the operation takes
    const { graph } = this;
    switch (op) {
      case 'cast':
        return this.cast(x, from, to);
      case 'select':
        return this.select(x, y, z, from);
      case 'not':
        return graph.op('v128Not', this.cast(x, from, 'bool'));
      case 'isFinite':
        if (!isFloat(from)) return this.#int(-1);
        return this.#compare('Eq', this.floats[from].op('Sub', x, x), this.constant(0, from), from);
    }
    const [comparison, connective] = [comparisons[op], logical[op]];
    if (comparison !== undefined)
      return op.startsWith('greater') ? this.#compare(comparison, y, x, from) : this.#compare(comparison, x, y, from);
    if (connective !== undefined) return graph.op(connective, this.cast(x, from, 'bool'), this.cast(y, from, 'bool'));
    const special = isFloat(from) ? this.#onFloats(op, x, y, from) : this.#onInts(op, x, y);
    if (special !== undefined) return special;
    const name = from === 'bool' ? onBools[op] : instructionFor(op, shapeOf(from));
    if (name === undefined) throw new RangeError(`${op} of ${from}`);
    return graph.op(name, ...args);
  }

  #compare(name: Comparison, x: Value, y: Value, dtype: DType): Value {
    if (isFloat(dtype)) {
      const mask = this.floats[dtype].op(name, x, y);
      return dtype === 'float64' ? mask : this.#wide(mask);
    }
    const op = name === 'Lt' || name === 'Le' ? (`i32x4${name}S` as const) : (`i32x4${name}` as const);
    // a mask is −1 where it is true: as integers, truth values come in the opposite order
    return dtype === 'bool' ? this.graph.op(op, y, x) : this.#wide(this.graph.op(op, x, y));
  }

  select(c: Value, x: Value, y: Value, dtype: DType): Value {
    const mask = dtype === 'float32' || dtype === 'int32' ? this.#narrow(c) : c;
    return this.floats[dtype === 'float64' ? 'float64' : 'float32'].select(mask, x, y);
  }

  cast(x: Value, from: DType, to: DType): Value {
    if (from === to) return x;
    const { graph } = this;
    if (to === 'bool') return this.#compare('Ne', x, this.constant(0, from), from);
    if (from === 'bool') return graph.op('v128And', to === 'float64' ? x : this.#narrow(x), this.constant(1, to));
    if (to === 'float64') return graph.op(from === 'int32' ? 'f64x2ConvertLowI32x4S' : 'f64x2PromoteLowF32x4', x);
    if (to === 'float32') return graph.op(from === 'int32' ? 'f32x4ConvertI32x4S' : 'f32x4DemoteF64x2Zero', x);
    return graph.op(from === 'float64' ? 'i32x4TruncSatF64x2SZero' : 'i32x4TruncSatF32x4S', x);
  }

  /** What is more than one instruction, or not always one. */
  #onFloats(op: ScalarOp, x: Value, y: Value, dtype: Float): Value | undefined {
    const m = this.floats[dtype];
    switch (op) {
      case 'add':
      case 'sub':
        return m[op](x, y);
      case 'maximum':
        // max(x, +0): NaN stays, −0 becomes +0
        return m.isConstant(y, 0) ? this.graph.op('v128Andnot', x, m.lessEqual(x, y)) : undefined;
      case 'sign': {
        const negative = m.select(m.less(x, m.constant(0)), m.constant(-1), x);
        return m.select(m.less(m.constant(0), x), m.constant(1), negative);
      }
      case 'floorDiv':
        return this.#floorDiv(m, x, y);
      case 'remainder':
        return this.#remainder(m, x, y);
    }
    const shorter = this.#emitter.fast && dtype === 'float32' ? fastEntry.for('compile').steps : {};
    const elementary: Elementary = steps[dtype];
    return (shorter[op] ?? elementary[op])?.(m, x, y);
  }

  /** The exact remainder of a truncating division, lane by lane. */
  #fmod(m: FloatLanes, x: Value, y: Value): Value {
    return this.#eachLane('fmod', [x, y], m.precision, () => fmod(this.#emitter, m.precision));
  }

  /** As the reference does it: see floorDivFloat there. */
  #floorDiv(m: FloatLanes, x: Value, y: Value): Value {
    const zero = m.constant(0);
    const one = m.constant(1);
    const r = this.#fmod(m, x, y);
    const rough = m.div(m.op('Sub', x, r), y);
    const differ = this.graph.op('v128Xor', m.less(r, zero), m.less(y, zero));
    const quotient = m.select(m.and(m.op('Ne', r, zero), differ), m.op('Sub', rough, one), rough);
    const below = m.floor(quotient);
    const far = m.less(m.constant(0.5), m.op('Sub', quotient, below));
    const whole = m.select(far, m.op('Add', below, one), below);
    const plain = m.div(x, y);
    const nonzero = m.select(m.equal(quotient, zero), m.mul(plain, zero), whole);
    return m.select(m.equal(y, zero), plain, nonzero);
  }

  #remainder(m: FloatLanes, x: Value, y: Value): Value {
    const zero = m.constant(0);
    const r = this.#fmod(m, x, y);
    const below = m.less(y, zero);
    const differ = this.graph.op('v128Xor', m.less(r, zero), below);
    const moved = m.select(differ, m.op('Add', r, y), r);
    return m.select(m.equal(r, zero), m.and(below, m.constant(-0)), moved);
  }

  #onInts(op: ScalarOp, x: Value, y: Value): Value | undefined {
    switch (op) {
      case 'floor':
      case 'ceil':
        return x;
      case 'sign':
        return this.graph.op('i32x4MaxS', this.graph.op('i32x4MinS', x, this.#int(1)), this.#int(-1));
      case 'floorDiv':
      case 'remainder':
        return this.#eachLane(op, [x, y], 'i32x4', () => intDivision(this.#emitter, op));
    }
  }

  /** A function of two scalars on each lane. */
  #eachLane(name: string, args: readonly Value[], shape: 'i32x4' | Precision, define: () => number): Value {
    const type = shape.slice(0, 3) as 'i32' | 'f32' | 'f64'; // as shapes are called
    const lanes = Array.from({ length: this.#lanes }, (_, lane) => {
      const scalars = args.map((arg) =>
        this.graph.add(`${shape}Extract ${lane}`, [arg], (code) => code.lane(`${shape}Extract`, lane), { type }),
      );
      const callee = define();
      return this.graph.add(`call ${name}`, scalars, (code) => code.call(callee), { type });
    });
    return lanes.reduce(
      (vector, scalar, lane) =>
        this.graph.add(`${shape}Replace ${lane}`, [vector, scalar], (code) => code.lane(`${shape}Replace`, lane)),
      this.#int(0),
    );
  }
}
