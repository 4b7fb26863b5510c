import type { ScalarOp } from '@throughline/autograd/back-end';
import type { DType } from '@throughline/tensor';
import { steps } from '@throughline/tensor/elementary';
import type { Node } from '../plan/ir.ts';
import type { NodeOp } from '../transcendental.ts';
import type { Op } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { fastSteps, TRACE, withoutTraces } from './fast.ts';
import { FloatLanes } from './floats.ts';
import type { Graph, Value } from './graph.ts';
import { fmod, intFloorDiv, intRemainder } from './library.ts';

/** Two lanes when anything is a float64, else four. */
export const lanesOf = (nodes: readonly Node[]): 2 | 4 => (nodes.some(({ dtype }) => dtype === 'float64') ? 2 : 4);

type Float = 'float32' | 'float64';
const isFloat = (dtype: DType): dtype is Float => dtype === 'float32' || dtype === 'float64';

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
        const from = nodes[node.op === 'select' ? (node.args[1] ?? 0) : (node.args[0] ?? 0)]?.dtype ?? node.dtype;
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
    return dtype === 'bool' ? this.#wide(this.graph.op('i32x4Ne', x, this.#int(0))) : x;
  }

  /** A computed value as it lies in memory: fast arithmetic keeps no traces of numbers. */
  computed(x: Value, dtype: DType): Value {
    return this.#emitter.fast && isFloat(dtype) ? withoutTraces(this.floats[dtype], x, TRACE[dtype]) : x;
  }

  /** A value as it lies in memory: masks become 0 and 1. */
  toMemory(x: Value, dtype: DType): Value {
    return dtype === 'bool' ? this.graph.op('v128And', this.#narrow(x), this.#int(1)) : x;
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
    if (op === 'cast') return this.cast(x, from, to);
    if (op === 'select') return this.select(x, y, z, from);
    if (op === 'and' || op === 'or') {
      const masks = [this.cast(x, from, 'bool'), this.cast(y, from, 'bool')] as const;
      return this.graph.op(op === 'and' ? 'v128And' : 'v128Or', ...masks);
    }
    if (op === 'not') return this.graph.op('v128Not', this.cast(x, from, 'bool'));
    if (from === 'bool') return this.#onBools(op, x, y);
    if (from === 'int32') return this.#onInts(op, x, y);
    return this.#onFloats(op, x, y, from);
  }

  select(c: Value, x: Value, y: Value, dtype: DType): Value {
    const mask = dtype === 'float32' || dtype === 'int32' ? this.#narrow(c) : c;
    return this.floats[dtype === 'float64' ? 'float64' : 'float32'].select(mask, x, y);
  }

  cast(x: Value, from: DType, to: DType): Value {
    if (from === to) return x;
    const { graph } = this;
    if (to === 'bool') {
      if (from === 'int32') return this.#wide(graph.op('i32x4Ne', x, this.#int(0)));
      return this.#onFloats('notEqual', x, this.constant(0, from), from === 'float64' ? from : 'float32');
    }
    if (from === 'bool') return graph.op('v128And', to === 'float64' ? x : this.#narrow(x), this.constant(1, to));
    if (to === 'float64') return graph.op(from === 'int32' ? 'f64x2ConvertLowI32x4S' : 'f64x2PromoteLowF32x4', x);
    if (to === 'float32') return graph.op(from === 'int32' ? 'f32x4ConvertI32x4S' : 'f32x4DemoteF64x2Zero', x);
    return graph.op(from === 'float64' ? 'i32x4TruncSatF64x2SZero' : 'i32x4TruncSatF32x4S', x);
  }

  #onFloats(op: ScalarOp, x: Value, y: Value, dtype: Float): Value {
    const m = this.floats[dtype];
    const compared = (mask: Value): Value => (dtype === 'float64' ? mask : this.#wide(mask));
    switch (op) {
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return m[op](x, y);
      case 'neg':
      case 'abs':
      case 'floor':
        return m[op](x);
      case 'ceil':
        return m.op('Ceil', x);
      case 'sqrt':
        return m.op('Sqrt', x);
      case 'maximum':
        // max(x, +0): NaN stays, −0 becomes +0
        if (m.isConstant(y, 0)) return this.graph.op('v128Andnot', x, m.lessEqual(x, y));
        return m.op('Max', x, y);
      case 'minimum':
        return m.op('Min', x, y);
      case 'equal':
        return compared(m.equal(x, y));
      case 'notEqual':
        return compared(m.op('Ne', x, y));
      case 'less':
        return compared(m.less(x, y));
      case 'lessEqual':
        return compared(m.lessEqual(x, y));
      case 'greater':
        return compared(m.less(y, x));
      case 'greaterEqual':
        return compared(m.lessEqual(y, x));
      case 'isFinite':
        return compared(m.equal(m.op('Sub', x, x), m.constant(0)));
      case 'sign': {
        const negative = m.select(m.less(x, m.constant(0)), m.constant(-1), x);
        return m.select(m.less(m.constant(0), x), m.constant(1), negative);
      }
      case 'floorDiv':
        return this.#floorDiv(m, x, y);
      case 'remainder':
        return this.#remainder(m, x, y);
      case 'exp':
      case 'tanh':
      case 'sigmoid':
        if (this.#emitter.fast && dtype === 'float32') return fastSteps[op](m, x);
        return steps[dtype][op](m, x);
      case 'pow':
        return steps[dtype].pow(m, x, y);
      case 'log':
      case 'log1p':
      case 'expm1':
      case 'sin':
      case 'cos':
      case 'softplus':
        return steps[dtype][op](m, x);
      default:
        throw new RangeError(`${op} of ${dtype}`);
    }
  }

  /** The exact remainder of a truncating division, lane by lane. */
  #fmod(m: FloatLanes, x: Value, y: Value): Value {
    const single = m.precision === 'f32x4';
    return this.#eachLane(`fmod ${single}`, [x, y], single ? 'f32' : 'f64', () => fmod(this.#emitter, single));
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

  #onInts(op: ScalarOp, x: Value, y: Value): Value {
    const { graph } = this;
    const compare = (name: Op, a: Value, b: Value): Value => this.#wide(graph.op(name, a, b));
    switch (op) {
      case 'add':
        return graph.op('i32x4Add', x, y);
      case 'sub':
        return graph.op('i32x4Sub', x, y);
      case 'mul':
        return graph.op('i32x4Mul', x, y);
      case 'neg':
        return graph.op('i32x4Neg', x);
      case 'abs':
        return graph.op('i32x4Abs', x);
      case 'floor':
      case 'ceil':
        return x;
      case 'maximum':
        return graph.op('i32x4MaxS', x, y);
      case 'minimum':
        return graph.op('i32x4MinS', x, y);
      case 'sign':
        return graph.op('i32x4MaxS', graph.op('i32x4MinS', x, this.#int(1)), this.#int(-1));
      case 'equal':
        return compare('i32x4Eq', x, y);
      case 'notEqual':
        return compare('i32x4Ne', x, y);
      case 'less':
        return compare('i32x4LtS', x, y);
      case 'lessEqual':
        return compare('i32x4LeS', x, y);
      case 'greater':
        return compare('i32x4GtS', x, y);
      case 'greaterEqual':
        return compare('i32x4GeS', x, y);
      case 'isFinite':
        return this.#int(-1);
      case 'floorDiv':
        return this.#eachLane(op, [x, y], 'i32', () => intFloorDiv(this.#emitter));
      case 'remainder':
        return this.#eachLane(op, [x, y], 'i32', () => intRemainder(this.#emitter));
      default:
        throw new RangeError(`${op} of int32`);
    }
  }

  #onBools(op: ScalarOp, x: Value, y: Value): Value {
    const { graph } = this;
    const not = (mask: Value): Value => graph.op('v128Not', mask);
    switch (op) {
      case 'equal':
        return not(graph.op('v128Xor', x, y));
      case 'notEqual':
        return graph.op('v128Xor', x, y);
      case 'less':
        return graph.op('v128Andnot', y, x);
      case 'lessEqual':
        return not(graph.op('v128Andnot', x, y));
      case 'greater':
        return graph.op('v128Andnot', x, y);
      case 'greaterEqual':
        return not(graph.op('v128Andnot', y, x));
      case 'isFinite':
        return this.#int(-1);
      case 'mul':
      case 'minimum':
        return graph.op('v128And', x, y);
      case 'maximum':
        return graph.op('v128Or', x, y);
      default:
        throw new RangeError(`${op} of bool`);
    }
  }

  /** A function of two scalars on each lane. */
  #eachLane(name: string, args: readonly Value[], type: 'i32' | 'f32' | 'f64', define: () => number): Value {
    const shape = ({ i32: 'i32x4', f32: 'f32x4', f64: 'f64x2' } as const)[type];
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
