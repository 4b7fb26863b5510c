/**
 * Exercise 3: a dropped broadcast sum (15 minutes)
 *
 * In x + b, a bias b of shape [H] is added to every row of x, [B, H]. Forward, b is repeated without a word. Backward, the
 * cotangent that arrives has the shape [B, H] of the sum, and b wants one of shape [H]. `unbroadcast` brings a cotangent
 * back to the shape that an operand had before it was repeated. The one below has the right shape, and for a batch of one
 * it even has the right numbers, which is why nobody noticed.
 *
 * Mend it for every shape that broadcasts: missing leading axes, and axes of extent 1.
 *
 *   npm run exercise 3              checks what stands here
 *   npm run exercise 3 -- --hint    if you are stuck
 */
import { slice, type Tensor } from 'throughline';

/** The cotangent of an operand of this shape, from that of what it was broadcast to. */
export function unbroadcast(ct: Tensor, shape: readonly number[]): Tensor {
  let back = ct;
  while (back.rank > shape.length) {
    const [, ...rest] = back.shape;
    back = slice(back, new Array<number>(back.rank).fill(0), [1, ...rest]).reshape(rest);
  }
  return back;
}
