import type { Equation, Params, Program, ScanParams, VarId } from '@throughline/autograd/back-end';
import type { TensorType } from '@throughline/tensor';
import { Draft, rewriteEach } from './draft.ts';

/** A constant or a sequence of a loop, or a y: its variable in the body, and the one outside. */
export interface Slot {
  readonly inner: VarId;
  readonly outer: VarId;
}

/** A carry: as the body takes and leaves it, and as it enters and leaves the loop. */
export interface Carry {
  readonly inner: VarId;
  readonly next: VarId;
  readonly start: VarId;
  readonly last: VarId;
}

/** A scan taken apart: its lists may be changed, and its body, which is a draft that has all of its equations. */
export interface Loop {
  readonly equation: Equation;
  readonly params: ScanParams;
  /** As it was when the loop was opened. */
  readonly program: Program;
  readonly body: Draft;
  constants: Slot[];
  carries: Carry[];
  xs: Slot[];
  ys: Slot[];
  /** What is added outside once the loop is there again. */
  readonly after: (() => void)[];
}

export const isLoop = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'structured' && semantics.control === 'scan';

export function openLoop(equation: Equation): Loop {
  const params = equation.params as unknown as ScanParams; // of a scan
  const { body: program, constants, carry } = params;
  const slots = (from: number, to?: number): Slot[] =>
    program.inputs.slice(from, to).map((inner, i) => ({ inner, outer: equation.inputs[from + i] as VarId })); // one operand per input
  const results = program.outputs.map((inner, k) => ({ inner, outer: equation.outputs[k] as VarId })); // one result per output
  let body: Draft | undefined; // many a pass looks at a loop and leaves it
  return {
    equation,
    params,
    program,
    get body() {
      if (body === undefined) {
        body = new Draft(program);
        for (const each of program.equations) body.keep(each);
      }
      return body;
    },
    constants: slots(0, constants),
    carries: slots(constants, constants + carry).map(({ inner, outer }, i) => {
      const leaves = results[i] as Slot; // the first results are the carries'
      return { inner, next: leaves.inner, start: outer, last: leaves.outer };
    }),
    xs: slots(constants + carry),
    ys: results.slice(carry),
    after: [],
  };
}

export function closeLoop({ equation, params, body, constants, carries, xs, ys }: Loop): Equation {
  const inner = ({ inner }: { inner: VarId }): VarId => inner;
  const outer = ({ outer }: Slot): VarId => outer;
  const program = body.finish({
    inputs: [...constants.map(inner), ...carries.map(inner), ...xs.map(inner)],
    outputs: [...carries.map(({ next }) => next), ...ys.map(inner)],
  });
  const changed: ScanParams = { ...params, body: program, constants: constants.length, carry: carries.length };
  return {
    ...equation,
    params: changed as unknown as Params, // JSON values and a Program
    inputs: [...constants.map(outer), ...carries.map(({ start }) => start), ...xs.map(outer)],
    outputs: [...carries.map(({ last }) => last), ...ys.map(outer)],
  };
}

/** Every loop of a Program through `change`, which says whether it did anything; what it adds to the draft comes before the loop. */
export const rewriteLoops = (program: Program, change: (loop: Loop, outside: Draft) => boolean): Program =>
  rewriteEach(program, isLoop, (equation, draft) => {
    const loop = openLoop(draft.renamed(equation));
    if (!change(loop, draft)) return false;
    draft.keep(closeLoop(loop));
    for (const add of loop.after) add();
    return true;
  });

/** The slot of an outer variable, added to the list if there is none. */
export function openSlot(body: Draft, slots: Slot[], outer: VarId, type: TensorType): Slot {
  const known = slots.find((slot) => slot.outer === outer);
  const slot = known ?? { inner: body.variable(type), outer };
  if (known === undefined) slots.push(slot);
  return slot;
}

/** The slot with this variable in the body. */
export const slotOf = <S extends { readonly inner: VarId }>(slots: readonly S[], id: VarId): S | undefined =>
  slots.find(({ inner }) => inner === id);

/** The variables that anything reads. */
export function readIn({ equations, outputs }: Pick<Program, 'equations' | 'outputs'>): Set<VarId> {
  const read = new Set(outputs);
  for (const { inputs } of equations) for (const id of inputs) read.add(id);
  return read;
}
