import type { Equation } from '@throughline/autograd/back-end';
import { type Concrete, sizeOf, type TensorType } from '@throughline/tensor';
import { ensure } from '../collections.ts';
import type { Access, Buffer, BufferId, LoopId, Stored } from '../plan/ir.ts';
import { wholeBuffer } from './access.ts';
import type { Block } from './block.ts';

/** What all blocks of a Program share while they are lowered. */
export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly constants = new Map<BufferId, Concrete>();
  readonly stored: Stored[] = [];
  readonly #constants = new Map<Concrete, Access>();
  /** Lowers one equation of a block: blocks do not know how, since loops make blocks in turn. */
  readonly equation: (block: Block, equation: Equation) => void;
  #loops = 0;
  #traps = 0;

  constructor(equation: (block: Block, equation: Equation) => void) {
    this.equation = equation;
  }

  buffer({ dtype, shape }: TensorType): Access {
    return wholeBuffer(this.buffers.push({ dtype, length: sizeOf(shape) }) - 1, shape);
  }

  /** The place of a captured tensor. */
  constant(value: Concrete): Access {
    return ensure(this.#constants, value, () => {
      const access = this.buffer(value);
      this.constants.set(access.buffer, value);
      return access;
    });
  }

  loop(): LoopId {
    return this.#loops++;
  }

  trap(): number {
    return this.#traps++;
  }
}
