/** @file What a Program becomes before bytes: loops over flat memory. Made by lower/, placed by memory, written by emit/. */
import type { AnyPrimitive, Equation, Origin, Params, Program } from '@throughline/autograd/back-end';
import type { Concrete, DType, Shape, TensorType } from '@throughline/tensor';
import type { NodeOp } from '../transcendental.ts';

/** An index into a Plan's buffers. */
export type BufferId = number;
/** Names a loop that encloses kernels; its place t is a parameter of their functions. */
export type LoopId = number;

/** A piece of linear memory. A bool takes 4 bytes there, 0 or 1, as an int32 does. */
export interface Buffer {
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
}

/** How far one step of an enclosing loop moves an access, in elements. */
export interface StepStride {
  readonly loop: LoopId;
  readonly stride: number;
}

/** Where index i of an iteration space lies: element `offset + Σ strides·i + Σ steps.stride·t` of the buffer. */
export interface Access {
  readonly buffer: BufferId;
  readonly offset: number;
  /** One per axis of the iteration space; 0 repeats. */
  readonly strides: readonly number[];
  readonly steps: readonly StepStride[];
}

/** One value of a fused expression; operands are earlier nodes. Bool nodes are lane masks until they are stored. */
export type Node =
  | { readonly kind: 'load'; readonly access: Access; readonly dtype: DType }
  | { readonly kind: 'constant'; readonly value: number; readonly dtype: DType }
  | { readonly kind: 'op'; readonly op: NodeOp; readonly args: readonly number[]; readonly dtype: DType };

/**
 * Which threads do what: indices of one axis, in runs of whole grains. Thread k of n has the grains from ⌊g·k/n⌋ to
 * ⌊g·(k+1)/n⌋ of g = ⌈extent/grain⌉. A kernel without a split is done by thread 0.
 */
export interface Split {
  readonly axis: number;
  readonly grain: number;
}

export interface Common {
  readonly split?: Split;
  /** Of the equations it came from, for profiles. */
  readonly origins?: readonly Origin[];
}

/** Element by element over `shape`: all nodes, then all stores. Stores may overwrite what loads of the same index read. */
export interface MapKernel extends Common {
  readonly kind: 'map';
  readonly shape: Shape;
  readonly nodes: readonly Node[];
  readonly stores: readonly { readonly node: number; readonly access: Access }[];
}

/** Combines `node` over the trailing axes `reduced` of the space kept × reduced. Sums in the blocked order of the reference. */
export interface ReduceKernel extends Common {
  readonly kind: 'reduce';
  readonly combine: 'sum' | 'maximum' | 'minimum' | 'argMaximum';
  readonly kept: Shape;
  readonly reduced: Shape;
  /** Their accesses have one stride per axis of kept, then of reduced. */
  readonly nodes: readonly Node[];
  readonly node: number;
  /** Strides over kept. */
  readonly out: Access;
}

/** One label of a product: its extent, and how far it moves in a, in b and in the result (0 where it does not stand). */
export interface Label {
  readonly extent: number;
  readonly a: number;
  readonly b: number;
  readonly out: number;
}

/**
 * out = Σ a·b: one accumulator per result from +0, over `summed` row-major as listed, each product rounded, then each sum
 * (unless arithmetic is fast).
 */
export interface ContractKernel extends Common {
  readonly kind: 'contract';
  readonly dtype: DType;
  /** In the order of the result's axes; `split.axis` counts these. */
  readonly kept: readonly Label[];
  readonly summed: readonly Label[];
  /** Without strides. */
  readonly a: Access;
  readonly b: Access;
  readonly out: Access;
  /** Where a PackKernel has put b, when that could be done once for several runs. Only in a product that was oriented. */
  readonly packed?: Access;
}

/**
 * Lays the b of an oriented product out as its inner loop reads it: as many elements as `packedLength` says. A split divides
 * the panels among the threads, whatever its axis and grain.
 */
export interface PackKernel extends Common {
  readonly kind: 'pack';
  /** With the split that it will have: panels do not cross from one thread's columns into another's. */
  readonly contract: ContractKernel;
  readonly into: Access;
}

/**
 * out[i] = x[i with an index in one place] over `shape`. `x` has stride 0 along the axes of the indices; the index moves
 * it by `stride`. Negative indices count from the end; one out of range stops the run with the op's error.
 */
export interface GatherKernel extends Common {
  readonly kind: 'gather';
  readonly dtype: DType;
  readonly shape: Shape;
  readonly x: Access;
  readonly indices: Access;
  readonly out: Access;
  readonly stride: number;
  readonly extent: number;
  readonly trap: number;
}

/**
 * Zeros `target` elements of out (contiguous from out's offset), then adds updates[i] to out[i with an index in one place], i
 * ascending row-major. Threads never split axes of the indices.
 */
export interface ScatterKernel extends Common {
  readonly kind: 'scatter';
  readonly dtype: DType;
  readonly shape: Shape;
  readonly target: number;
  readonly updates: Access;
  readonly indices: Access;
  readonly out: Access;
  readonly stride: number;
  readonly extent: number;
  readonly trap: number;
}

/** y_t = a_t·y_{t−1} + b_t along axis 0 of `shape`, from `from` or 0, each operation rounded. Threads never split axis 0. */
export interface RecurrenceKernel extends Common {
  readonly kind: 'recurrence';
  readonly dtype: DType;
  readonly shape: Shape;
  readonly reverse: boolean;
  readonly a: Access;
  readonly b: Access;
  /** Its stride along axis 0 is 0. */
  readonly from?: Access;
  readonly out: Access;
}

/** Kernels, `length` times; t counts up from 0, or down to it. */
export interface LoopKernel extends Common {
  readonly kind: 'loop';
  readonly id: LoopId;
  readonly length: number;
  readonly reverse: boolean;
  readonly body: readonly Kernel[];
}

/** Kernels as long as an int32 in memory is not 0 after `test`; at most `maxSteps` times, then the run stops with an error. */
export interface WhileKernel extends Common {
  readonly kind: 'while';
  readonly id: LoopId;
  readonly test: readonly Kernel[];
  readonly predicate: Access;
  readonly body: readonly Kernel[];
  readonly maxSteps: number | null;
  readonly trap: number;
}

export interface BranchKernel extends Common {
  readonly kind: 'branch';
  readonly predicate: Access;
  readonly onTrue: readonly Kernel[];
  readonly onFalse: readonly Kernel[];
}

/** A primitive that only its reference kernel knows: called outside, on copies. Accesses are contiguous. */
export interface HostKernel extends Common {
  readonly kind: 'host';
  readonly primitive: AnyPrimitive;
  readonly params: Params;
  readonly inputs: readonly { readonly access: Access; readonly type: TensorType }[];
  readonly outputs: readonly { readonly access: Access; readonly type: TensorType }[];
}

/** All threads wait for each other. */
export interface BarrierKernel extends Common {
  readonly kind: 'barrier';
}

export type Kernel =
  | MapKernel
  | ReduceKernel
  | ContractKernel
  | PackKernel
  | GatherKernel
  | ScatterKernel
  | RecurrenceKernel
  | LoopKernel
  | WhileKernel
  | BranchKernel
  | HostKernel
  | BarrierKernel;

/**
 * Why a value is in memory, instead of being computed where it is read: something reads it `needed` there; it is dear and
 * read `again`; its expression had become too `long` for one kernel; it is `repeated` along an axis, or `summed` and dear; or
 * its parts had to be `moved` together.
 */
export interface Stored {
  readonly equation: Equation;
  /** The Program or body that the equation stands in. */
  readonly program: Program;
  readonly why: 'needed' | 'again' | 'long' | 'repeated' | 'summed' | 'moved';
}

/** A Program as kernels over buffers. */
export interface Plan {
  readonly buffers: readonly Buffer[];
  readonly kernels: readonly Kernel[];
  readonly inputs: readonly BufferId[];
  readonly outputs: readonly Access[];
  readonly constants: ReadonlyMap<BufferId, Concrete>;
  /** What was not fused, for reports. */
  readonly stored?: readonly Stored[];
}
