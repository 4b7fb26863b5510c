import { sizeOf, type Tensor } from '@throughline/tensor';
import type { Equation } from '../../program.ts';

/** The elements of `source`, in order, from `offset` on. */
export interface Origin {
  readonly source: Tensor;
  readonly offset: number;
}

/** Where values that only stand elsewhere were taken from. */
export class Origins {
  readonly #known = new Map<Tensor, Origin>();

  of(value: Tensor): Origin {
    return this.#known.get(value) ?? { source: value, offset: 0 };
  }

  set(value: Tensor, origin: Origin): void {
    this.#known.set(value, origin);
  }

  /** Notes of a view's results what they are parts of, or of one result, what its operands together are. */
  note({ primitive, params }: Equation, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    if (primitive.semantics.kind !== 'view') return;
    const pieces = primitive.semantics.pieces(inputs, outputs, params);
    outputs.forEach((y, k) => {
      const own = pieces.filter(({ output }) => output === k).sort((a, b) => a.to.offset - b.to.offset);
      const dense = own.every(({ shape, from, to }) => isDense(shape, from.strides) && isDense(shape, to.strides));
      const filled = own.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      if (!dense || filled !== y.size || y.size === 0) return;
      const parts = own.map(({ input, from, shape, to }) => {
        const { source, offset } = this.of(inputs[input] as Tensor); // a piece names an operand
        return { source, offset: offset + from.offset, size: sizeOf(shape), to: to.offset };
      });
      const [first] = parts;
      const joined = parts.every(
        (part) => part.source === first?.source && part.offset === (first?.offset ?? 0) + part.to,
      );
      if (first !== undefined && joined) this.#known.set(y, { source: first.source, offset: first.offset });
    });
  }

  /** Equal parts of one source, one behind the other: 1 in order, −1 in the other; undefined where they are not. */
  run(values: readonly Tensor[]): { readonly origin: Origin; readonly direction: 1 | -1 } | undefined {
    const origins = values.map((value) => this.of(value));
    const [first, second] = origins;
    const size = values[0]?.size ?? 0;
    const last = origins.at(-1);
    if (first === undefined || second === undefined || last === undefined || size === 0) return undefined;
    const direction = second.offset > first.offset ? 1 : -1;
    const runs = origins.every(
      ({ source, offset }, b) => source === first.source && offset === first.offset + direction * size * b,
    );
    return runs ? { origin: direction === 1 ? first : last, direction } : undefined;
  }
}

/** Row-major without gaps, as far as axes have more than one element. */
function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number; // axis < length
    if (extent === 1) continue;
    if (strides[axis] !== expected) return false;
    expected *= extent;
  }
  return true;
}
