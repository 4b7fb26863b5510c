import { flatten, key } from '@throughline/autograd';
import type { AnyCell } from '@throughline/rnn';

/** The numbers in a tree of parameters. */
export const countNumbers = (params: unknown): number =>
  flatten('countNumbers', params).leaves.reduce((sum, leaf) => sum + leaf.size, 0);

/** The width at which a cell has about as many parameters as asked for. */
export function widthFor(cell: AnyCell, I: number, parameters: number): number {
  const count = (H: number): number => countNumbers(cell.init(key(0), { I, H }));
  let H = 1;
  while (count(H + 1) <= parameters) H++;
  return parameters - count(H) <= count(H + 1) - parameters ? H : H + 1;
}
