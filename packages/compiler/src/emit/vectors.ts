import type { Code, Local } from '../wasm/code.ts';
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
      if (this.#mayCut) this.#resetSteps(place.along);
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
    if (walk === 'splat') {
      pushBase(code, place).memory(`v128Load${bitsIn(size)}Splat`, offset);
    } else if (walk === 'unit') {
      this.#pushUnit(place);
      code.memory(size * this.lanes === 16 ? 'v128Load' : 'v128Load64Zero', offset);
    } else {
      const shifts = Array.from({ length: this.lanes }, (_, lane) => this.#pushLane(place, this.lanes - 1 - lane));
      code.memory(`v128Load${bitsIn(size)}Zero`, offset + (shifts.at(-1) ?? 0));
      for (let lane = 1; lane < this.lanes; lane++) {
        const shift = shifts[this.lanes - 1 - lane] ?? 0;
        code.laneMemory(`v128Load${bitsIn(size)}Lane`, lane, offset + shift);
      }
    }
  }

  /** Stores values, in locals, as far as there are elements. */
  store(stores: readonly { readonly place: Place; readonly value: Local }[]): void {
    const code = this.#code;
    const whole = (): void => {
      for (const { place, value } of stores) this.#storeWhole(place, value);
    };
    const lanesFrom = (lane: number): void => {
      for (const { place, value } of stores) this.#storeLane(place, value, lane);
      if (lane + 1 === this.lanes - 1) return;
      this.pushRest();
      code
        .i32((lane + 1) * this.#unit)
        .op('i32GtS')
        .if(() => lanesFrom(lane + 1));
    };
    if (!this.#mayCut) {
      whole();
      return;
    }
    this.pushRest();
    code
      .i32(this.lanes * this.#unit)
      .op('i32GeS')
      .if(whole, () => lanesFrom(0));
  }

  #storeWhole(place: Place, value: Local): void {
    const code = this.#code;
    if (walkOf(place) === 'unit') {
      this.#pushUnit(place);
      code.get(value);
      if (place.size * this.lanes === 16) code.memory('v128Store', place.offset);
      else code.laneMemory('v128Store64Lane', 0, place.offset);
    } else for (let lane = 0; lane < this.lanes; lane++) this.#storeLane(place, value, lane);
  }

  #storeLane(place: Place, value: Local, lane: number): void {
    const code = this.#code;
    const { size, offset, along } = place;
    let shift = lane * size;
    if (walkOf(place) === 'unit') this.#pushUnit(place);
    else if (along === 0) {
      shift = 0;
      pushBase(code, place);
    } else {
      shift = along > 0 ? lane * along : 0;
      code.get(this.#running.get(place) as Local); // set by start
      if (along < 0 && lane > 0) code.i32(lane * along).op('i32Add');
    }
    code.get(value).laneMemory(`v128Store${bitsIn(size)}Lane`, lane, offset + shift);
  }

  /** Runs `body` if the vector is cut. */
  ifCut(body: () => void): void {
    if (!this.#mayCut) return;
    this.pushRest();
    this.#code
      .i32(this.lanes * this.#unit)
      .op('i32LtS')
      .if(body);
  }

  /** How many bytes there are from the first lane on, of elements of the larger size. */
  pushRest(): void {
    this.#code.value(this.#end).get(this.index).op('i32Sub');
  }

  #pushUnit({ base, size }: Place): void {
    const code = this.#code;
    code.get(this.index);
    if (size < this.#unit) code.i32(1).op('i32ShrU');
    if (base !== undefined) code.get(base).op('i32Add');
  }

  /** The address of a lane of a strided access, without its offset; returns what is still to be added. */
  #pushLane(place: Place, lane: number): number {
    const code = this.#code;
    code.get(this.#running.get(place) as Local); // set by start
    if (lane === 0) return 0;
    const steps = this.#steps.get(place.along);
    if (steps !== undefined)
      code.get(steps[lane - 1] as Local).op('i32Add'); // one per lane but the first
    else if (place.along < 0) code.i32(lane * place.along).op('i32Add');
    else return lane * place.along;
    return 0;
  }

  #resetSteps(along: number): void {
    const code = this.#code;
    const steps = this.#steps.get(along) ?? code.locals(this.lanes - 1);
    this.#steps.set(along, steps);
    for (const [at, step] of steps.entries()) code.i32((at + 1) * along).set(step);
  }

  /** In a cut vector, lanes that are not there read what lane 0 reads. */
  #cutSteps(): void {
    if (this.#steps.size === 0) return;
    const code = this.#code;
    this.ifCut(() => {
      for (const steps of this.#steps.values()) {
        steps.forEach((step, at) => {
          code.get(step).i32(0);
          this.pushRest();
          code
            .i32((at + 1) * this.#unit)
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
