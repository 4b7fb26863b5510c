import { Concrete, dtypes, formatType, sameType, sizeOf } from '@throughline/tensor';
import type { AnyPrimitive } from '../../primitive.ts';
import type { Piece } from '../../semantics.ts';
import { evaluateExpression } from '../evaluate-expression.ts';
import { expectSame, type Law } from './law.ts';

/** The kernel gives what the shape rule says. */
const types: Law = {
  title: 'infer gives the types of eval',
  at: 'any',
  check(primitive, { inputs, params }) {
    const inferred = primitive.infer(inputs, params);
    const outputs = primitive.eval(inputs, params);
    const same =
      inferred.length === outputs.length && inferred.every((type, k) => sameType(type, outputs[k] as Concrete)); // equal lengths
    if (!same) throw new Error(`infer says ${inferred.map(formatType)}, eval gave ${outputs.map(formatType)}`);
    outputs.forEach((y) => {
      const { storage } = y;
      const expected = dtypes[y.dtype].allocate(0).constructor;
      if (storage.length !== sizeOf(y.shape) || storage.constructor !== expected) {
        throw new Error(`${formatType(y)} stands on a ${storage.constructor.name} of ${storage.length}`);
      }
    });
  },
};

const pure: Law = {
  title: 'inputs are not changed, and two calls give the same bits',
  at: 'any',
  check(primitive, { inputs, params }) {
    const before = inputs.map(copy);
    const outputs = primitive.eval(inputs, params);
    expectSame('an operand was changed', inputs, before);
    expectSame('called again', primitive.eval(inputs, params), outputs);
  },
};

/** A map says twice what it does: by a loop, and by an expression for back ends. */
const expression: Law = {
  title: 'its expression gives the bits of its kernel',
  at: 'any',
  applies: ({ semantics }) => semantics.kind === 'map',
  check(primitive, { inputs, params }) {
    const { semantics } = primitive;
    if (semantics.kind !== 'map') return;
    const [y] = primitive.eval(inputs, params);
    const dtype = inputs.at(-1)?.dtype;
    if (y === undefined || dtype === undefined) return;
    const storage = dtypes[y.dtype].allocate(y.size);
    for (let i = 0; i < storage.length; i++) {
      const args = inputs.map((x) => x.storage[i] as number); // operands of a map have one shape
      storage[i] = evaluateExpression(semantics.expression, dtype, args, y.dtype);
    }
    expectSame('the expression', [new Concrete(storage, y.dtype, y.shape)], [y]);
  },
};

/** A view says twice what it does: by a kernel, and by affine copies. */
const pieces: Law = {
  title: 'its pieces give the bits of its kernel',
  at: 'any',
  applies: ({ semantics }) => semantics.kind === 'view',
  check(primitive, { inputs, params }) {
    expectSame('the pieces', executePieces(primitive, inputs, params), primitive.eval(inputs, params));
  },
};

/** Runs a view by its pieces alone. @throws Error when a piece leaves its operand or its result, or two write one place. */
export function executePieces(primitive: AnyPrimitive, inputs: readonly Concrete[], params: unknown): Concrete[] {
  const { semantics } = primitive;
  if (semantics.kind !== 'view') throw new Error(`${primitive.name} is no view`);
  const outputs = primitive.infer(inputs, params).map((type): Concrete => {
    const storage = dtypes[type.dtype].allocate(sizeOf(type.shape)).fill(semantics.fill ?? 0);
    return new Concrete(storage, type.dtype, type.shape);
  });
  const written = outputs.map((y) => new Uint8Array(y.size));
  for (const piece of semantics.pieces(inputs, outputs, params)) {
    const [from, to, marks] = [inputs[piece.input], outputs[piece.output], written[piece.output]];
    if (from === undefined || to === undefined || marks === undefined)
      throw new Error('a piece names no operand or result');
    for (const { source, target } of places(piece)) {
      if (!(source >= 0 && source < from.size && target >= 0 && target < to.size))
        throw new Error('a piece leaves its tensor');
      if (marks[target] === 1) throw new Error(`place ${target} is written twice`);
      marks[target] = 1;
      to.storage[target] = from.storage[source] as number; // within bounds
    }
  }
  const gap = written.findIndex((marks) => semantics.fill === undefined && marks.includes(0));
  if (gap >= 0) throw new Error(`result ${gap} has places that no piece writes, and no fill`);
  return outputs;
}

function* places({ shape, from, to }: Piece): Generator<{ source: number; target: number }> {
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    let [source, target, rest] = [from.offset, to.offset, flat];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = shape[axis] as number; // axis < length
      const index = rest % extent;
      rest = (rest - index) / extent;
      source += index * (from.strides[axis] ?? 0);
      target += index * (to.strides[axis] ?? 0);
    }
    yield { source, target };
  }
}

const copy = (x: Concrete): Concrete => new Concrete(x.storage.slice(), x.dtype, x.shape);

export const kernelLaws: readonly Law[] = [types, pure, expression, pieces];
