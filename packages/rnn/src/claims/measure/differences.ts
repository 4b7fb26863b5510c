import { flatten, gather, reshape } from '@throughline/autograd';
import { fromStorage, full, type Tensor, tensor } from '@throughline/tensor';
import type { DerivativeNode } from '../language/ast.ts';
import { valueOfTime } from '../language/times.ts';
import type { Times } from '../meaning/domain.ts';
import { extrapolate, moves } from './extrapolate.ts';
import { type Overrides, StepReplay, type StepValues } from './replay-steps.ts';
import type { Specimen } from './specimen.ts';

/** A family of matrices [B, m, n] with how far each entry may be off. */
export interface Measured {
  readonly value: Tensor;
  readonly error: Tensor;
}

/**
 * Derivatives between lines of a run by differences: x is moved, unit by unit, the steps from it to y are run again, and
 * held values are put in as they were. It shares no rule with reverse mode. Rows of a batch are independent, so that all
 * moves are one batch.
 */
export class Differences {
  readonly #specimen: Specimen;
  readonly #rows: number;
  readonly #nominal: StepReplay;
  /** States at t = 0, then all lines at t = 1, 2, … */
  readonly #run: StepValues[] = [];
  readonly #replays = new Map<number, StepReplay>();

  constructor(specimen: Specimen) {
    this.#specimen = specimen;
    this.#nominal = new StepReplay(specimen);
    const start = flatten('claim', specimen.from);
    this.#rows = specimen.inputs[0]?.shape[0] ?? 0;
    this.#run.push({
      lines: new Map(start.paths.map((path, i) => [path, start.leaves[i] as Tensor])),
      next: start.leaves,
    }); // one per path
    for (const x of specimen.inputs) {
      const before = this.#run.at(-1) as StepValues; // the start is in it
      this.#run.push(this.#nominal.run(before.next, x));
    }
  }

  /** A line's value, [B, elements]. */
  line(name: string, t: number): Tensor {
    const value = this.#run[t]?.lines.get(name) as Tensor; // the domain has only steps of the run
    return flat(value);
  }

  derivative({ y, x, holding }: DerivativeNode, times: Times): Measured {
    const [to, from] = [valueOfTime(y.time, times), valueOfTime(x.time, times)];
    const start = this.line(x.name, from);
    const [m, n] = [this.line(y.name, to).shape[1] ?? 0, start.shape[1] ?? 0];
    const shape = [this.#rows, m, n];
    if (to < from) return { value: full(shape, 0), error: full(shape, 0) };
    const held = holding.map(({ name, time }): HeldLine => ({ name, t: time && valueOfTime(time, times) }));
    const moved = this.#move(x.name, from);
    const ends = this.#follow(moved, { name: x.name, t: from }, { name: y.name, t: to }, held);
    return this.#slopes(ends, m, n);
  }

  /** The value of y with x moved, for every move of every unit of every row. */
  #follow(moved: Tensor, x: Node, y: Node, held: readonly HeldLine[]): Tensor {
    const copies = (moved.shape[0] ?? 0) / this.#rows;
    const replay = this.#replayFor(copies);
    const isState = this.#nominal.step.states.includes(x.name);
    const last = Math.max(x.t - (isState && x.t === 0 ? 0 : 1), 0);
    const before = this.#run[last] as StepValues; // within the run
    let state = before.next.map((value) => this.#repeat(value, copies));
    if (isState && x.t === 0) {
      const at = this.#nominal.step.states.indexOf(x.name);
      state = state.map((value, i) => (i === at ? moved : value));
      if (y.t === 0) return flat(state[this.#nominal.step.states.indexOf(y.name)] as Tensor); // y is a state, at t = 0
    }
    let values: StepValues | undefined;
    for (let t = last + 1; t <= y.t; t++) {
      const input = this.#repeat(this.#specimen.inputs[t - 1] as Tensor, copies); // within the run
      values = replay.run(state, input, this.#overrides(t, x, y, held, moved, copies));
      state = [...values.next];
    }
    return flat(values?.lines.get(y.name) as Tensor); // t = 0 was answered above
  }

  /** What is put in at step t: x moved, and held values as they were. The ends themselves are never held. */
  #overrides(t: number, x: Node, y: Node, held: readonly HeldLine[], moved: Tensor, copies: number): Overrides {
    const variables = new Map<number, Tensor>();
    const handedOn = new Map<string, Tensor>();
    const put = (name: string, value: Tensor): void => {
      if (this.#nominal.isHandedOn(name)) handedOn.set(name, value);
      else variables.set(this.#nominal.step.lines.get(name) ?? -1, value);
    };
    const ends = [this.#place(x), this.#place(y)];
    for (const { name, t: only } of held) {
      const node = { name, t };
      if ((only !== null && only !== t) || ends.includes(this.#place(node))) continue;
      put(name, this.#repeat(this.#run[t]?.lines.get(name) as Tensor, copies)); // within the run
    }
    if (x.t === t) put(x.name, moved);
    return { variables, handedOn };
  }

  /** Two lines may be one value: then they are one place. */
  #place({ name, t }: Node): string {
    const { lines, before } = this.#nominal.step;
    if (t === 0 || this.#nominal.isHandedOn(name)) return `${name}[${t}]`;
    const id = lines.get(name) ?? -1;
    const passed = [...before].find(([, variable]) => variable === id)?.[0];
    return passed === undefined ? `${id}[${t}]` : this.#place({ name: passed, t: t - 1 });
  }

  #slopes(ends: Tensor, m: number, n: number): Measured {
    const data = ends.toTypedArray();
    const [value, error] = [new Float64Array(this.#rows * m * n), new Float64Array(this.#rows * m * n)];
    for (let row = 0; row < this.#rows; row++) {
      for (let j = 0; j < n; j++) {
        const start = (row * n + j) * moves.length;
        for (let i = 0; i < m; i++) {
          const slope = extrapolate(moves.map((_, k) => Number(data[(start + k) * m + i])));
          value[(row * m + i) * n + j] = slope.value;
          error[(row * m + i) * n + j] = slope.error;
        }
      }
    }
    const shape = [this.#rows, m, n];
    return { value: fromStorage(value, 'float64', shape), error: fromStorage(error, 'float64', shape) };
  }

  /** Row block by row block: unit j moved by each of the moves, for every j. */
  #move(name: string, t: number): Tensor {
    const value = this.#run[t]?.lines.get(name) as Tensor; // within the run
    const n = this.line(name, t).shape[1] ?? 0;
    const repeated = this.#repeat(value, n * moves.length);
    const data = Float64Array.from(repeated.toTypedArray(), Number);
    for (let row = 0; row < this.#rows * n * moves.length; row++) {
      const at = row * n + (Math.floor(row / moves.length) % n);
      data[at] = (data[at] ?? 0) + (moves[row % moves.length] ?? 0);
    }
    return fromStorage(data, 'float64', repeated.shape);
  }

  #repeat(x: Tensor, copies: number): Tensor {
    const rows = Array.from({ length: this.#rows * copies }, (_, i) => Math.floor(i / copies));
    return gather(x, tensor(rows, { dtype: 'int32' }));
  }

  #replayFor(copies: number): StepReplay {
    const known = this.#replays.get(copies);
    if (known !== undefined) return known;
    const { from, inputs } = this.#specimen;
    const flatFrom = flatten('claim', from);
    const wide = {
      ...this.#specimen,
      from: flatFrom.rebuild(flatFrom.leaves.map((leaf) => this.#repeat(leaf, copies))) as Specimen['from'], // the same nesting
      inputs: inputs.slice(0, 1).map((x) => this.#repeat(x, copies)),
    };
    const replay = new StepReplay(wide);
    this.#replays.set(copies, replay);
    return replay;
  }
}

interface Node {
  readonly name: string;
  readonly t: number;
}

interface HeldLine {
  readonly name: string;
  /** One step only; null for all. */
  readonly t: number | null;
}

const flat = (x: Tensor): Tensor => (x.rank === 2 ? x : reshape(x, [x.shape[0] ?? 0, x.size / (x.shape[0] ?? 1)]));
