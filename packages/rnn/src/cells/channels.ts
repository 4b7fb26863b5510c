import { formatType, ShapeError, type Tensor } from '@throughline/tensor';

/** Throws unless x has as many channels as the state: for cells that work channel by channel. */
export function checkChannels(cell: string, x: Tensor, width: number): void {
  if (x.shape.at(-1) === width) return;
  throw new ShapeError(
    cell,
    `x is ${formatType(x)}: the last axis is ${x.shape.at(-1)}, but ${cell} works channel by channel, so it takes I = H = ${width}. Put a linear layer before it.`,
  );
}
