import type { Access, RecurrenceKernel } from '../plan/ir.ts';
import type { Code } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, lanesFor } from './emitter.ts';
import { collapse } from './nest.ts';
import type { Place } from './places.ts';
import { Strided } from './strided.ts';

/** Vectors of chains side by side, each from its first step to its last. */
export const emitRecurrence: EmitKernel<RecurrenceKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    const { dtype, shape, reverse, split, a, b, out, from } = kernel;
    if (shape.includes(0)) return;
    const [length = 0, ...width] = shape;
    const given = from === undefined ? [a, b, out] : [a, b, out, from];
    const accesses = given
      .map((access) => (reverse ? backwards(access, length) : access))
      .map((access) => ({ access, dtype, moves: [access.strides[0] ?? 0] }));
    const axes = collapse(
      width,
      accesses.map(({ access }) => access.strides.slice(1)),
      split && { ...split, axis: split.axis - 1 },
    );
    const loop = new Strided(code, emitter, steps, accesses, axes, lanesFor(dtype));
    loop.rows((places) => loop.vectors.run(places, () => chain(code, emitter, kernel, loop, places)));
  });

/** The access from the last step back to the first. */
function backwards(access: Access, length: number): Access {
  const [stride = 0, ...rest] = access.strides;
  return { ...access, offset: access.offset + stride * (length - 1), strides: [stride === 0 ? 0 : -stride, ...rest] };
}

/** The steps of one vector of chains. */
function chain(
  code: Code,
  { fast }: Emitter,
  { dtype, shape: [length = 0] }: RecurrenceKernel,
  loop: Strided,
  places: readonly Place[],
): void {
  const [a, b, out, from] = places as [Place, Place, Place, Place?]; // as emitRecurrence lists them
  const { vectors } = loop;
  const shape = dtype === 'float64' ? 'f64x2' : 'f32x4';
  const y = code.local('v128');
  const t = code.local();
  const keep = (): void => {
    code.set(y);
    vectors.store([{ place: out, value: y }]);
    loop.move(([stride = 0]) => stride);
  };
  vectors.push(from ?? b);
  if (from === undefined) keep();
  else code.set(y);
  code.count(t, from === undefined ? 1 : 0, length, 1, () => {
    vectors.push(a);
    code.get(y);
    if (!fast) code.op(`${shape}Mul`);
    vectors.push(b);
    code.op(fast ? `${shape}RelaxedMadd` : `${shape}Add`);
    keep();
  });
  code.release(t);
  loop.move(([stride = 0]) => -length * stride);
}
