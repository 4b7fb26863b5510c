import { ensure } from '../collections.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Op } from '../wasm/opcodes.ts';
import { bitsIn } from './emitter.ts';
import type { Range } from './nest.ts';
import { type Place, pushBase } from './places.ts';

/** How an access goes along a vector: every lane the same, lanes side by side, or each for itself. */
type Walk = 'splat' | 'unit' | 'strided';
const walkOf = ({ along, size }: Place): Walk => (along === 0 ? 'splat' : along === size ? 'unit' : 'strided');

/**
 * One loop over vectors. The last vector may be cut: it loads whole vectors (what lies behind belongs to nobody or to others,
 * and is not used), but stores only the lanes that are there.
 */
export class VectorLoop {
  readonly #code: Code;
  readonly lanes: 2 | 4;
  readonly #unit: 4 | 8;
  /** In bytes, of elements of the larger size. */
  readonly index: Local;
  readonly #range: Range;
  readonly #mayCut: boolean;
  #end: number | Local = 0;
  readonly #running = new Map<Place, Local>();
  readonly #steps = new Map<number, readonly Local[]>();

  constructor(code: Code, lanes: 2 | 4, range: Range) {
    this.#code = code;
    this.lanes = lanes;
    this.#unit = lanes === 4 ? 4 : 8;
    this.index = code.local();
    this.#range = range;
    const { from, to } = range;
    this.#mayCut = typeof from !== 'number' || typeof to !== 'number' || (to - from) % lanes !== 0;
  }

  /**
   * `body` for every vector of the range, or of a part of it, written `times` times: the vectors have to be a multiple of that.
   * `places` are all that will be loaded or stored.
   */
  run(places: readonly Place[], body: (time: number) => void, { from, to }: Range = this.#range, times = 1): void {
    const code = this.#code;
    const end = this.#scaled(to);
    this.#end = end;
    code.value(this.#scaled(from)).set(this.index);
    for (const place of places) {
      if (walkOf(place) !== 'strided') continue;
      const local = code.local();
      this.#running.set(place, local);
      code.value(from).i32(place.along).op('i32Mul');
      if (place.base !== undefined) code.get(place.base).op('i32Add');
      code.set(local);
      if (!this.#mayCut) continue;
      const steps = ensure(this.#steps, place.along, () => code.locals(this.lanes - 1));
      for (const [at, step] of steps.entries()) code.i32((at + 1) * place.along).set(step);
    }
    code.block((done) => {
      code.get(this.index).value(end).op('i32GeS').jumpIf(done);
      code.loop((again) => {
        for (let time = 0; time < times; time++) {
          this.#cutSteps();
          body(time);
          for (const [{ along }, local] of this.#running) code.increase(local, along * this.lanes);
          code.increase(this.index, this.#unit * this.lanes);
        }
        code.get(this.index).value(end).op('i32LtS').jumpIf(again);
      });
    });
    code.release(...this.#running.values(), ...[...this.#steps.values()].flat());
    this.#running.clear();
    this.#steps.clear();
    if (typeof end !== 'number') code.release(end);
  }

  /** The local that moves an access. */
  mover(place: Place): Local | undefined {
    return this.#running.get(place) ?? place.base;
  }

  /** Puts the vector of an access on the stack. */
  push(place: Place): void {
    const code = this.#code;
    const { size, offset } = place;
    const walk = walkOf(place);
    const bits = bitsIn(size);
    if (walk !== 'strided') {
      this.#pushLane(place, 0);
      const whole = size * this.lanes === 16 ? 'v128Load' : 'v128Load64Zero';
      code.memory(walk === 'unit' ? whole : `v128Load${bits}Splat`, offset);
      return;
    }
    const shifts: number[] = [];
    for (let lane = this.lanes - 1; lane >= 0; lane--) shifts[lane] = this.#pushLane(place, lane);
    shifts.forEach((shift, lane) => {
      if (lane === 0) code.memory(`v128Load${bits}Zero`, offset);
      else code.laneMemory(`v128Load${bits}Lane`, lane, offset + shift);
    });
  }

  /** Stores values, in locals, as far as there are elements. */
  store(stores: readonly { readonly place: Place; readonly value: Local }[]): void {
    const code = this.#code;
    const lane = (place: Place, value: Local, at: number): void => {
      const shift = this.#pushLane(place, at);
      code.get(value).laneMemory(`v128Store${bitsIn(place.size)}Lane`, at, place.offset + shift);
    };
    const whole = (): void => {
      for (const { place, value } of stores) {
        if (walkOf(place) !== 'unit') for (let at = 0; at < this.lanes; at++) lane(place, value, at);
        else {
          this.#pushLane(place, 0);
          code.get(value);
          if (place.size * this.lanes === 16) code.memory('v128Store', place.offset);
          else code.laneMemory('v128Store64Lane', 0, place.offset);
        }
      }
    };
    const lanesFrom = (at: number): void => {
      for (const { place, value } of stores) lane(place, value, at);
      if (at + 1 < this.lanes - 1) this.#ifRest('i32GtS', at + 1, () => lanesFrom(at + 1));
    };
    if (this.#mayCut) this.#ifRest('i32GeS', this.lanes, whole, () => lanesFrom(0));
    else whole();
  }

  /** Runs `body` if the vector is cut. */
  ifCut(body: () => void): void {
    if (this.#mayCut) this.#ifRest('i32LtS', this.lanes, body);
  }

  /** Compares how many elements there are, from the first lane on, with a number of lanes. */
  #ifRest(compare: Op, lanes: number, whenTrue: () => void, whenFalse?: () => void): void {
    this.#pushRest(lanes).op(compare).if(whenTrue, whenFalse);
  }

  /** Puts two numbers of bytes on the stack, of elements of the larger size: of those from the first lane on, and of some lanes. */
  #pushRest(lanes: number): Code {
    return this.#code
      .value(this.#end)
      .get(this.index)
      .op('i32Sub')
      .i32(lanes * this.#unit);
  }

  /** Puts the address of a lane on the stack, without the access's offset; returns what is to be added beside that. */
  #pushLane(place: Place, lane: number): number {
    const code = this.#code;
    const { base, size, along } = place;
    const walk = walkOf(place);
    if (walk === 'splat') pushBase(code, place);
    else if (walk === 'unit') {
      code.get(this.index);
      if (size < this.#unit) code.i32(1).op('i32ShrU');
      if (base !== undefined) code.get(base).op('i32Add');
      return lane * size;
    } else {
      code.get(this.#running.get(place) as Local); // set by run
      const step = this.#steps.get(along)?.[lane - 1];
      if (step === undefined && along > 0) return lane * along;
      if (lane > 0) code.value(step ?? lane * along).op('i32Add');
    }
    return 0;
  }

  /** In a cut vector, lanes that are not there read what lane 0 reads. */
  #cutSteps(): void {
    if (this.#steps.size === 0) return;
    const code = this.#code;
    this.ifCut(() => {
      for (const steps of this.#steps.values()) {
        steps.forEach((step, at) => {
          code.get(step).i32(0);
          this.#pushRest(at + 1)
            .op('i32GtS')
            .op('select')
            .set(step);
        });
      }
    });
  }

  #scaled(bound: number | Local): number | Local {
    if (typeof bound === 'number') return bound * this.#unit;
    const local = this.#code.local();
    this.#code.get(bound).i32(this.#unit).op('i32Mul').set(local);
    return local;
  }
}
