import { bodiesOf, typeOf } from '@throughline/autograd/back-end';
import { type DType, formatType } from '@throughline/tensor';
import { firstAddress } from '../emit/driver.ts';
import { bytesOf } from '../emit/emitter.ts';
import type { BufferId, Kernel, Stored } from '../plan/ir.ts';
import { bodiesIn, touchedInside } from '../plan/visit.ts';
import type { Executable } from '../run/executable.ts';
import type { Runner } from '../run/runner.ts';
import { axes, counted, type Extents, extentsOf, isLeaf, standing, waysOf, workOf } from './kernels.ts';
import { wordsOf } from './notes.ts';
import { printForm } from './print.ts';

/** A loop of a compiled program. */
export interface LoopReport {
  /** Steps; null for a `whileLoop` without a bound. */
  readonly length: number | null;
  readonly direction: 'forward' | 'reverse' | 'while';
  /** How many loops stand around it. */
  readonly depth: number;
  /** How many kernels of each kind, and loops, are in one step. */
  readonly kernels: Readonly<Record<string, number>>;
}

/** A product of matrices: `batch` times m×k by k×n. */
export interface ProductReport extends Extents {
  readonly dtype: DType;
  /** How often one call runs it. */
  readonly runs: number;
  /** Whether its second operand is copied to where it is read in order. */
  readonly packed: 'before the loop' | 'each run' | 'no';
  /** What threads divide, if they do. */
  readonly split: 'batch' | 'rows' | 'columns' | null;
}

/** So many of something, and the bytes of all of them. */
export interface MemoryAmount {
  readonly count: number;
  readonly bytes: number;
}

/** Where the bytes of a compiled program are. */
export interface MemoryReport {
  readonly inputs: MemoryAmount;
  readonly outputs: MemoryAmount;
  /** Tensors from outside that the function read when it was traced, and what was computed from them alone. */
  readonly constants: MemoryAmount;
  /** All that kernels leave for each other, as if nothing shared a place. */
  readonly temporaries: MemoryAmount;
  /** What inputs, outputs, constants and temporaries take: those that do not live at a time share places. */
  readonly peakBytes: number;
  /** All linear memory, with tables and scratch. */
  readonly linearBytes: number;
  readonly moduleBytes: number;
}

/** A constant of a compiled program. One of more than a megabyte is probably data that was meant to be an argument. */
export interface CaptureReport {
  readonly type: string;
  readonly bytes: number;
  readonly large: boolean;
}

/** What a pass did, so many times. */
export interface RewriteReport {
  readonly pass: string;
  readonly what: string;
  readonly times: number;
}

/** Why a value of an op is in memory, instead of being computed where it is read. */
export interface UnfusedReport {
  readonly op: string;
  readonly why: string;
  readonly times: number;
}

/** What became of a function for one set of types. */
export interface FormReport {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Why it is interpreted; null when it is compiled. What follows is empty if not. */
  readonly interpreted: string | null;
  /** How many equations were traced, and how many are left, those in bodies included. */
  readonly equations: { readonly traced: number; readonly run: number };
  readonly rewrites: readonly RewriteReport[];
  readonly loops: readonly LoopReport[];
  readonly products: readonly ProductReport[];
  /** How many kernels of each kind there are. */
  readonly kernels: Readonly<Record<string, number>>;
  readonly unfused: readonly UnfusedReport[];
  /** Null when it is interpreted. */
  readonly memory: MemoryReport | null;
  readonly captures: readonly CaptureReport[];
  /** Primitives that only their reference kernels know: they run outside the module. */
  readonly hosts: readonly { readonly primitive: string; readonly runs: number }[];
  /** How often the threads wait for each other in one call. */
  readonly barriers: number;
  /** Of all products in one call; the body of a `whileLoop` counts once. */
  readonly multiplyAdds: number;
  /** Elements that all other kernels go over in one call. */
  readonly elements: number;
}

/** What was compiled. Its text is for reading; the data may be taken as it is to JSON. */
export interface Report {
  /** One per set of types, the one used last at the end. */
  readonly forms: readonly FormReport[];
  toString(): string;
}

/** Bytes from which a constant is worth a word. */
const LARGE = 1_000_000;

export function reportOf(runners: readonly Runner[]): Report {
  const forms = runners.map(formReport);
  return { forms, toString: () => forms.map(printForm).join('\n\n') };
}

function formReport({ name, traced, program, notes, executable, unfit }: Runner): FormReport {
  const { inputs, outputs } = traced;
  const typesOf = (ids: readonly number[]): string[] => ids.map((id) => formatType(typeOf(traced, id)));
  const kernels = executable?.plan.kernels ?? [];
  const rewrites = counted(notes.map((note) => `${note.pass}\n${wordsOf(note)}`));
  const unfused = counted((executable?.plan.stored ?? []).map((one) => `${opOf(one)}\n${reasonOf(one, program)}`));
  return {
    name: name || 'a function',
    inputs: typesOf(inputs),
    outputs: typesOf(outputs),
    interpreted: executable === null ? (unfit ?? null) : null,
    equations: { traced: equationsIn(traced), run: equationsIn(program) },
    rewrites: pairs(rewrites).map(([pass, what, times]) => ({ pass, what, times })),
    unfused: pairs(unfused).map(([op, why, times]) => ({ op, why, times })),
    ...kernelReports(kernels),
    memory: executable && memoryReport(executable),
    captures: [...(executable?.plan.constants.values() ?? [])].map((value) => {
      const bytes = value.storage.byteLength;
      return { type: formatType(value), bytes, large: bytes > LARGE };
    }),
  };
}

const pairs = (counts: ReadonlyMap<string, number>): [string, string, number][] =>
  [...counts].map(([text, times]) => [...(text.split('\n') as [string, string]), times]); // as they were joined

const equationsIn = ({ equations }: Runner['program']): number =>
  equations.reduce(
    (sum, equation) => sum + 1 + [...bodiesOf(equation)].reduce((inner, [, body]) => inner + equationsIn(body), 0),
    0,
  );

type KernelReports = Pick<
  FormReport,
  'loops' | 'products' | 'kernels' | 'hosts' | 'barriers' | 'multiplyAdds' | 'elements'
>;

function kernelReports(kernels: readonly Kernel[]): KernelReports {
  const all = [...standing(kernels)];
  const leaves = all.flatMap(({ kernel, runs }) => (isLeaf(kernel) ? [{ ...workOf(kernel), runs }] : []));
  const total = (what: 'multiplyAdds' | 'elements'): number =>
    leaves.reduce((sum, leaf) => sum + leaf[what] * leaf.runs, 0);
  return {
    loops: all.flatMap(({ kernel, depth }) => loopReport(kernel, depth)),
    products: all.flatMap(({ kernel, runs }) =>
      kernel.kind === 'contract' ? [{ ...extentsOf(kernel), dtype: kernel.dtype, runs, ...waysOf(kernel) }] : [],
    ),
    kernels: kindsOf(all.map(({ kernel }) => kernel).filter(isLeaf)),
    hosts: all.flatMap(({ kernel, runs }) =>
      kernel.kind === 'host' ? [{ primitive: kernel.primitive.name, runs }] : [],
    ),
    barriers: all.reduce((sum, { kernel, runs }) => sum + (kernel.kind === 'barrier' ? runs : 0), 0),
    multiplyAdds: total('multiplyAdds'),
    elements: total('elements'),
  };
}

const kindsOf = (kernels: readonly Kernel[]): Readonly<Record<string, number>> =>
  Object.fromEntries(counted(kernels.map(({ kind }) => kind)));

function loopReport(kernel: Kernel, depth: number): LoopReport[] {
  const kernels = kindsOf(bodiesIn(kernel).flat());
  if (kernel.kind === 'while') return [{ length: kernel.maxSteps, direction: 'while', depth, kernels }];
  if (kernel.kind !== 'loop') return [];
  return [{ length: kernel.length, direction: kernel.reverse ? 'reverse' : 'forward', depth, kernels }];
}

function memoryReport({ plan, layout, emitted }: Executable): MemoryReport {
  const amount = (ids: Iterable<BufferId>): MemoryAmount => {
    const buffers = [...new Set(ids)].flatMap((id) => plan.buffers[id] ?? []);
    return {
      count: buffers.length,
      bytes: buffers.reduce((sum, { dtype, length }) => sum + length * bytesOf(dtype), 0),
    };
  };
  const outputs = plan.outputs.map(({ buffer }) => buffer);
  const pinned = new Set([...plan.inputs, ...outputs, ...plan.constants.keys()]);
  const touched = plan.kernels.map(touchedInside).flatMap(({ reads, writes }) => [...reads, ...writes]);
  return {
    inputs: amount(plan.inputs),
    outputs: amount(outputs),
    constants: amount(plan.constants.keys()),
    temporaries: amount(touched.map(({ buffer }) => buffer).filter((id) => !pinned.has(id))),
    peakBytes: layout.bytes - firstAddress,
    linearBytes: emitted.pages * 65536,
    moduleBytes: emitted.bytes.length,
  };
}

const opOf = ({ equation, program }: Stored): string =>
  `${equation.primitive.name} ${axes(typeOf(program, equation.outputs[0] ?? 0).shape)}`;

const reasons: Readonly<Record<Exclude<Stored['why'], 'needed'>, string>> = {
  again: 'read more than once, and dear to compute',
  long: 'its expression fills a kernel',
  repeated: 'its operand is computed once, then repeated along an axis',
  summed: 'its operand is dear: computed in full, then summed',
  moved: 'its parts come from different places: copied',
};

/** Who needs a value in memory. */
function reasonOf({ equation, program, why }: Stored, whole: Runner['program']): string {
  if (why !== 'needed') return reasons[why];
  const id = equation.outputs[0] ?? -1;
  const readers = program.equations.filter(({ inputs, primitive: { semantics } }) => {
    return inputs.includes(id) && semantics.kind !== 'map' && semantics.kind !== 'reduce';
  });
  const needs = readers.map(({ primitive: { name, semantics } }) =>
    semantics.kind === 'contract' ? 'operand of a product' : `read by ${name}`,
  );
  if (program.outputs.includes(id))
    needs.unshift(program === whole ? 'a result' : 'a result of its loop, branch or call');
  return [...new Set(needs)].join(', ') || 'needed in memory';
}
