import {
  type AnyCell,
  type Entry,
  flatten,
  key,
  mapTree,
  mean,
  mul,
  normal,
  type OnTape,
  onTape,
  Recorded,
  splitKey,
  type Tensor,
  unstack,
} from '../index.ts';

/** A few steps of a cell on a tape that keeps every value, with the names that its author gave. */
export interface RecordedSteps {
  readonly onTape: OnTape<Recorded>;
  /** Everything that was put on the tape: parameters, initial states, inputs. */
  readonly inputs: readonly Recorded[];
  /** `f.W`, `c[1]`, `f[2]`: by variable. A value may have several. */
  readonly names: ReadonlyMap<number, readonly string[]>;
  readonly values: ReadonlyMap<number, Tensor>;
}

export interface TapeSettings {
  readonly steps: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly seed: number;
}

/** Runs `steps` steps from zero states on normal inputs; the loss is the mean square of the last output. */
export function recordSteps(cell: AnyCell, { steps, inputs: width, hidden, seed }: TapeSettings): RecordedSteps {
  const [forParams, forInputs] = splitKey(key(seed)) as [Tensor, Tensor]; // two by default
  const dims = { I: width, H: hidden };
  const names = new Map<number, string[]>();
  const values = new Map<number, Tensor>();
  const inputs: Recorded[] = [];
  const name = (value: unknown, text: string): void => {
    if (value instanceof Recorded) names.set(value.id, [...(names.get(value.id) ?? []), text]);
  };
  const taped = onTape(
    (input) => {
      const put = (value: Tensor, text: string): Tensor => {
        if (value.dtype !== 'float64' && value.dtype !== 'float32') return value;
        const recorded = input(value);
        inputs.push(recorded);
        values.set(recorded.id, value);
        name(recorded, text);
        return recorded;
      };
      const params = mapTree(cell.init(forParams, dims), put) as ReturnType<AnyCell['init']>; // same structure
      let state = mapTree(cell.initialState(dims, 1), (leaf, path) => put(leaf, `${path}[0]`));
      let out: Tensor | undefined;
      unstack(normal(forInputs, [steps, 1, width])).forEach((slice, n) => {
        const result = cell.step(params, state, put(slice, `x[${n + 1}]`));
        const lines = { ...result.taps, ...flatRecord(result.state) };
        for (const [line, value] of Object.entries(lines)) name(value, `${line}[${n + 1}]`);
        state = result.state;
        out = result.out;
      });
      const last = out as Tensor; // at least one step
      const loss = mean(mul(last, last));
      name(loss, 'loss');
      return loss as Recorded; // made from recorded values
    },
    { keeps: 'everything' },
  );
  for (const { first, outputs } of taped.tape.entries)
    for (const [k, value] of outputs.entries()) values.set(first + k, value);
  return { onTape: taped, inputs, names, values };
}

function flatRecord(tree: unknown): Record<string, Tensor> {
  const { leaves, paths } = flatten('tape', tree);
  return Object.fromEntries(leaves.map((leaf, i) => [paths[i] ?? '', leaf]));
}

/** One line of the backward sweep. */
export interface SweepStep {
  readonly entry: Entry;
  readonly cotangent: Tensor;
  readonly given: readonly { readonly to: number; readonly part: Tensor; readonly sum: Tensor | null }[];
}

/** Sweeps back from the loss and notes what each entry gave; `sum` is the running sum where a value had one already. */
export function sweepSteps(
  { onTape: { sweep, result }, inputs }: RecordedSteps,
  add: (a: Tensor, b: Tensor) => Tensor,
  one: Tensor,
): SweepStep[] {
  const steps: SweepStep[] = [];
  const sums = new Map<number, Tensor>();
  sweep([result], inputs, [], (entry, outgoing, incoming) => {
    const given = entry.operands.flatMap((to, i) => {
      const part = incoming[i];
      if (to < 0 || !part) return [];
      const before = sums.get(to);
      const sum = before === undefined ? null : add(before, part);
      sums.set(to, sum ?? part);
      return [{ to, part, sum }];
    });
    const cotangent = outgoing.find((ct) => ct !== null);
    if (cotangent) steps.push({ entry, cotangent, given });
  })([one]);
  return steps;
}
