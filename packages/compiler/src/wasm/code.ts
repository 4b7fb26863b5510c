import { ensure } from '../collections.ts';
import { Bytes } from './bytes.ts';
import {
  type AccessOp,
  access,
  type LaneAccessOp,
  type LaneOp,
  lane,
  laneAccess,
  type Op,
  op,
  types,
  type ValueType,
} from './opcodes.ts';

/** A local variable of the function that is being written. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}
/** As many as a number says, if it is known. */
type Locals<N extends number, All extends Local[] = []> = number extends N
  ? Local[]
  : All['length'] extends N
    ? All
    : Locals<N, [...All, Local]>;
export type FunctionIndex = number;
export type GlobalIndex = number;
/** A block that one can leave, or a loop that one can begin again. */
export interface Target {
  readonly depth: number;
}

/** The body of one function: instructions in the order in which they run, on the stack machine of the specification. */
export class Code {
  readonly #bytes = new Bytes();
  readonly #locals: ValueType[] = [];
  readonly #parameters: number;
  #depth = 0;
  /** Locals that were given back, by type. */
  readonly #free = new Map<ValueType, Local[]>();

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A local that nothing else uses: 0 on entry if it is new, anything if it was released before. */
  local(type: ValueType = 'i32'): Local {
    const free = this.#free.get(type)?.pop();
    return free ?? { index: this.#parameters + this.#locals.push(type) - 1, type };
  }

  /** Several of them. */
  locals<N extends number>(count: N, type?: ValueType): Locals<N> {
    return Array.from({ length: count }, () => this.local(type)) as Locals<N>; // so many
  }

  /** Gives a local back, for others to use. */
  release(...locals: readonly Local[]): this {
    for (const one of locals) ensure(this.#free, one.type, () => []).push(one);
    return this;
  }

  get({ index }: Local): this {
    return this.#indexed(0x20, index);
  }
  set({ index }: Local): this {
    return this.#indexed(0x21, index);
  }
  tee({ index }: Local): this {
    return this.#indexed(0x22, index);
  }
  globalGet(index: GlobalIndex): this {
    return this.#indexed(0x23, index);
  }
  globalSet(index: GlobalIndex): this {
    return this.#indexed(0x24, index);
  }
  call(index: FunctionIndex): this {
    return this.#indexed(0x10, index);
  }

  op(name: Op): this {
    this.#opcode(op[name]);
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(name: AccessOp, offset = 0): this {
    this.#access(access[name], offset);
    return this;
  }

  lane(name: LaneOp, index: number): this {
    this.#opcode(lane[name]);
    this.#bytes.u8(index);
    return this;
  }

  laneMemory(name: LaneAccessOp, index: number, offset = 0): this {
    this.#access(laneAccess[name], offset);
    this.#bytes.u8(index);
    return this;
  }

  /** Bytes 0–15 of the first operand, 16–31 of the second. */
  shuffle(lanes: readonly number[]): this {
    this.#opcode(0xfd0000 | 13);
    for (const byte of lanes) this.#bytes.u8(byte);
    return this;
  }

  i32(value: number): this {
    this.#bytes.u8(0x41);
    this.#bytes.signed(value);
    return this;
  }
  f64(value: number): this {
    this.#bytes.u8(0x44);
    this.#bytes.numbers(Float64Array.of(value));
    return this;
  }
  /** The same number in every lane. Keep it in a local outside of loops. */
  f32x4(value: number): this {
    return this.#vector(new Float32Array(4).fill(value));
  }
  f64x2(value: number): this {
    return this.#vector(new Float64Array(2).fill(value));
  }
  i32x4(value: number): this {
    return this.#vector(new Int32Array(4).fill(value));
  }
  i32x4s(values: readonly [number, number, number, number]): this {
    return this.#vector(Int32Array.from(values));
  }

  /** Fills `size` bytes: address, byte value and size are on the stack. */
  memoryFill(): this {
    this.#opcode(0xfc0000 | 11);
    this.#bytes.u8(0);
    return this;
  }
  /** Instructions that `leave` can jump out of. */
  block(body: (end: Target) => void): this {
    return this.#nested(0x02, body);
  }
  /** Instructions that `again` can jump back to the beginning of; without a jump they run once. */
  loop(body: (start: Target) => void): this {
    return this.#nested(0x03, body);
  }
  /** By the i32 on the stack. */
  if(whenTrue: () => void, whenFalse?: () => void): this {
    return this.#nested(0x04, () => {
      whenTrue();
      if (whenFalse === undefined) return;
      this.#bytes.u8(0x05);
      whenFalse();
    });
  }
  /** Leaves a block, or begins a loop again. */
  jump({ depth }: Target): this {
    return this.#indexed(0x0c, this.#depth - depth);
  }
  /** `jump` if the i32 on the stack is not 0. */
  jumpIf({ depth }: Target): this {
    return this.#indexed(0x0d, this.#depth - depth);
  }

  /** `body` for local = start, start + step, … below the limit (a number, or a local that does not change); not at all if start is not below. */
  count(local: Local, start: number | Local, limit: number | Local, step: number, body: () => void): this {
    this.value(start).set(local);
    return this.block((end) => {
      this.get(local).value(limit).op('i32GeS').jumpIf(end);
      this.loop((again) => {
        body();
        this.get(local).i32(step).op('i32Add').tee(local).value(limit).op('i32LtS').jumpIf(again);
      });
    });
  }

  /** Adds a number, or what another local holds, to a local. */
  increase(local: Local, by: number | Local): this {
    return this.get(local).value(by).op('i32Add').set(local);
  }

  /** Adds index·stride to what is on the stack. */
  plus(index: Local, stride: number): this {
    return stride === 0 ? this : this.get(index).i32(stride).op('i32Mul').op('i32Add');
  }

  /** The lesser of two. */
  least(a: number | Local, b: number | Local): this {
    return this.value(a).value(b).value(a).value(b).op('i32LtS').op('select');
  }

  /** Counts in a local, which is 0 at first; `body` whenever it has come to `limit`, and it begins anew. */
  every(limit: number, counter: Local, body: () => void): this {
    return this.get(counter)
      .i32(1)
      .op('i32Add')
      .tee(counter)
      .i32(limit)
      .op('i32Eq')
      .if(() => {
        body();
        this.i32(0).set(counter);
      });
  }

  /** A number, or what a local holds, as i32. */
  value(value: number | Local): this {
    return typeof value === 'number' ? this.i32(value) : this.get(value);
  }

  /** The function's part of the code section. */
  finish(): Uint8Array {
    const body = new Bytes();
    const runs: [ValueType, number][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.[0] === type) last[1]++;
      else runs.push([type, 1]);
    }
    body.unsigned(runs.length);
    for (const [type, count] of runs) {
      body.unsigned(count);
      body.u8(types[type]);
    }
    body.append(this.#bytes.take());
    body.u8(0x0b);
    return body.take();
  }

  #nested(code: number, body: (target: Target) => void): this {
    this.#bytes.u8(code);
    this.#bytes.u8(0x40); // gives nothing
    this.#depth++;
    body({ depth: this.#depth });
    this.#depth--;
    this.#bytes.u8(0x0b);
    return this;
  }

  #indexed(code: number, index: number): this {
    this.#bytes.u8(code);
    this.#bytes.unsigned(index);
    return this;
  }

  #vector(lanes: Parameters<Bytes['numbers']>[0]): this {
    this.#opcode(0xfd0000 | 12);
    this.#bytes.numbers(lanes);
    return this;
  }

  #access(code: number, offset: number): void {
    this.#opcode(code);
    // words of 4 bytes: vectors need not be aligned, atomics have to say so, and to promise less than could be costs nothing
    this.#bytes.unsigned(2);
    this.#bytes.unsigned(offset);
  }

  #opcode(code: number): void {
    if (code > 0xff) {
      this.#bytes.u8(code >> 16);
      this.#bytes.unsigned(code & 0xffff);
    } else this.#bytes.u8(code);
  }
}
