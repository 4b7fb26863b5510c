/**
 * Exercise 4: clipping (10 minutes)
 *
 * When a gradient explodes, one step of gradient descent throws the parameters far away. The cure of Pascanu, Mikolov and
 * Bengio (2013) is to shorten it: same direction, length at most `limit`. A gradient is a list of tensors here, one per
 * parameter, and its length is the root of the sum of the squares of all their entries together.
 *
 * The function below keeps every entry within ±limit. Numbers do get smaller. What goes wrong? Make it a clipping by norm.
 *
 *   npm run exercise 4              checks what stands here
 *   npm run exercise 4 -- --hint    if you are stuck
 */
import { clip, type Tensor } from 'throughline';

export function shorten(grads: readonly Tensor[], limit: number): Tensor[] {
  return grads.map((g) => clip(g, -limit, limit));
}
