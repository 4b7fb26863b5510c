import { ArgumentError, formatType, type Shape, ShapeError, type Tensor } from '@throughline/tensor';
import type { Dims } from './initializer.ts';
import { declared, type ParamSpecs } from './params.ts';

export type { Dims } from './initializer.ts';

/** Extents by letter. */
type Extents = { readonly [letter: string]: unknown };

/** The shape that letters stand for. */
export function extentsOf(op: string, name: string, axes: string, dims: Extents): Shape {
  return [...axes].map((letter) => {
    const extent = dims[letter];
    if (typeof extent !== 'number') {
      throw new ArgumentError(
        op,
        `${name} has axes [${[...axes].join(', ')}], and ${letter} was not given. Pass { ${letter}: … }.`,
      );
    }
    const least = letter === 'B' ? 0 : 1; // a batch may be empty
    if (!Number.isInteger(extent) || extent < least)
      throw new ArgumentError(op, `${letter} is ${extent}; extents are integers ≥ ${least}.`);
    return extent;
  });
}

/**
 * What the letters of a cell's declarations stand for, read off its parameters.
 * @throws ShapeError where a parameter is missing, has another rank, or disagrees with an earlier one.
 */
export function dimsOf(cell: string, specs: ParamSpecs, params: unknown): Dims {
  const known = new Map<string, { extent: number; path: string; param: Tensor }>();
  let dtype: Dims['dtype'];
  for (const { path, spec } of declared(specs)) {
    const param = path
      .split('.')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], params); // records until the leaf
    if (!isTensor(param)) {
      throw new ArgumentError(cell, `the parameters have no ${path}. Make them with ${cell}.init(key, { I, H }).`);
    }
    if (param.rank !== spec.axes.length) {
      throw new ShapeError(
        `${cell}.${path}`,
        `is ${formatType(param)}, declared with axes [${[...spec.axes].join(', ')}].`,
      );
    }
    [...spec.axes].forEach((letter, axis) => {
      const extent = param.shape[axis] as number; // as many axes as letters
      const first = known.get(letter);
      if (first === undefined) known.set(letter, { extent, path, param });
      else if (first.extent !== extent) {
        const types = `${formatType(param)}, and ${first.path} is ${formatType(first.param)}`;
        throw new ShapeError(
          `${cell}.${path}`,
          `is ${types}: axis ${axis} is ${letter} = ${extent}, there ${letter} = ${first.extent}.`,
        );
      }
    });
    if (param.dtype === 'float64' || param.dtype === 'float32') dtype ??= param.dtype;
  }
  const extents = Object.fromEntries([...known].map(([letter, { extent }]) => [letter, extent]));
  return { ...extents, ...(dtype === undefined ? {} : { dtype }) } as Dims; // letters as the cell declared them
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;
