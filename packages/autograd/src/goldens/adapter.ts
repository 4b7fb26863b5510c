import type { NestedArray, Tensor } from '@throughline/tensor';
import { tensor } from '@throughline/tensor';

/** An op on all the operands of a case, with its params: one result, or a list of them. */
export type Run<Params> = (xs: readonly [Tensor, Tensor, Tensor, Tensor], p: Params) => Tensor | readonly Tensor[];

/** How the cases of a family, `FAMILY.json`, call our ops. Each family has a module of its own, `FAMILY.ts`. */
export interface Adapter<Params = never> {
  /** Where ops that take their operands and nothing more are found by name. */
  readonly exported: object;
  /** Those that take more than tensors, or that are made of several here. */
  readonly special: Readonly<Record<string, Run<Params>>>;
  /** How many ops `FAMILY.json` has cases of. */
  readonly ops: number;
}

export const int = (indices: NestedArray): Tensor => tensor(indices, { dtype: 'int32' });
