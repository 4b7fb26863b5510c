import type { Equation, Kind, Origin } from '@throughline/autograd/back-end';
import { type Concrete, type Shape, sizeOf, type TensorType } from '@throughline/tensor';
import type { Access, Buffer, BufferId, Kernel, LoopId, Stored } from '../plan/ir.ts';
import { wholeBuffer } from './access.ts';
import type { Block } from './block.ts';

/** Lowers one equation of a block. */
export type Lower = (block: Block, equation: Equation) => void;

/** What all blocks of a Program share while they are lowered. */
export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly constants = new Map<BufferId, Concrete>();
  readonly stored: Stored[] = [];
  /** How each kind of primitive becomes kernels: blocks make blocks by way of it. */
  readonly kinds: Readonly<Record<Kind, Lower>>;
  readonly #constantBuffers = new Map<Concrete, BufferId>();
  #loops = 0;
  #traps = 0;

  constructor(kinds: Readonly<Record<Kind, Lower>>) {
    this.kinds = kinds;
  }

  buffer({ dtype, shape }: TensorType): Access {
    return wholeBuffer(this.buffers.push({ dtype, length: sizeOf(shape) }) - 1, shape);
  }

  /** The place of a captured tensor. */
  constant(value: Concrete): Access {
    const known = this.#constantBuffers.get(value);
    if (known !== undefined) return wholeBuffer(known, value.shape);
    const access = this.buffer(value);
    this.#constantBuffers.set(value, access.buffer);
    this.constants.set(access.buffer, value);
    return access;
  }

  loop(): LoopId {
    return this.#loops++;
  }

  trap(): number {
    return this.#traps++;
  }
}

/** Kernels of one block in order, and the stores that wait to be fused. */
export interface Emission {
  readonly kernels: Kernel[];
  readonly origins: Origin[];
}

/** One key for all expressions that one kernel can compute. */
export const spaceOf = (shape: Shape): string => shape.join();
