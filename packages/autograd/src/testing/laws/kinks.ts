import { Concrete, isDifferentiable, type Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import type { AnyPrimitive } from '../../primitive.ts';
import { jvp } from '../../transforms/jvp.ts';
import { vjp } from '../../transforms/vjp.ts';
import type { Kink } from '../sample.ts';
import { calling } from './law.ts';

/** Where a derivative is a convention, the documented one is given, in reverse mode and in forward mode; −0 passes as 0. */
export function checkKink(primitive: AnyPrimitive, { inputs, params, expected }: Kink): void {
  const f = (xs: readonly Tensor[]): readonly Tensor[] => calling(primitive, params)(...xs);
  const { value, pullback } = vjp(f, inputs);
  const cts = pullback(value.map((y) => like(y, () => 1))) as readonly (Tensor | null)[];
  cts.forEach((ct, i) => {
    if (ct === null && !isDifferentiable(inputs[i] as Concrete)) return; // as many as inputs
    expectNumbers(`${primitive.name}: cotangent of operand ${i}`, ct === null ? [] : plain(ct), expected[i] ?? []);
  });
  // ⟨1, J eᵢ⟩ is the same number from the other side.
  inputs.forEach((x, i) => {
    if (!isDifferentiable(x)) return;
    for (let at = 0; at < x.size; at++) {
      const tangents = inputs.map((other, k) =>
        isDifferentiable(other) ? like(other, (n) => (k === i && n === at ? 1 : 0)) : null,
      );
      const pushed = jvp(f, inputs, tangents).tangent as readonly Tensor[];
      const total = pushed.reduce((sum, t) => plain(t).reduce((a, b) => a + b, sum), 0);
      const want = expected[i]?.[at] ?? 0;
      // 0 · ∞ in an operand that does not move makes NaN of what reverse mode tells apart.
      if (Number.isNaN(total) && expected.flat().some((n) => !Number.isFinite(n))) continue;
      expectNumbers(`${primitive.name}: tangent along operand ${i}, element ${at}`, [total], [want]);
    }
  });
}

function expectNumbers(what: string, actual: readonly number[], expected: readonly number[]): void {
  const difference = firstDifference(actual, expected);
  if (difference !== null) throw new Error(`${what} is not as documented: ${difference}`);
}

/** −0 + 0 is 0. */
const plain = (x: Tensor): number[] => Array.from(x.concrete('kinks').storage, (n) => n + 0);

function like(x: Tensor, make: (i: number) => number): Concrete {
  const { storage, dtype, shape } = x.concrete('kinks');
  return new Concrete(
    storage.map((_, i) => make(i)),
    dtype,
    shape,
  );
}
