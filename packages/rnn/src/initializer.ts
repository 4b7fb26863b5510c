import { uniform } from '@throughline/autograd';
import type { Shape, Tensor } from '@throughline/tensor';

/** The float types that parameters may have. */
export type FloatType = 'float64' | 'float32';

/** Extents by letter, and the parameters' dtype (float64 by default). I is the input's width, H the state's. */
export type Dims = { readonly I: number; readonly H: number; readonly dtype?: FloatType } & {
  readonly [L in Letter]?: number;
};

type Letter =
  | 'A'
  | 'C'
  | 'D'
  | 'E'
  | 'F'
  | 'G'
  | 'J'
  | 'K'
  | 'L'
  | 'M'
  | 'N'
  | 'O'
  | 'P'
  | 'Q'
  | 'R'
  | 'S'
  | 'T'
  | 'U'
  | 'V'
  | 'W'
  | 'X'
  | 'Y'
  | 'Z';

/** What an initialiser is told about the parameter that it makes. */
export interface Site {
  readonly shape: Shape;
  readonly dtype: FloatType;
  readonly dims: Dims;
  /** The parameter's path in its cell: `f.b`. */
  readonly path: string;
}

/** Makes a parameter from a key. */
export type DrawInitializer = (key: Tensor, site: Site) => Tensor;

/** Makes a parameter from another one of the same cell, which is made first. */
export interface TiedInitializer {
  readonly from: string;
  readonly map: (other: Tensor) => Tensor;
}

/** How a parameter starts. */
export type Initializer = DrawInitializer | TiedInitializer;

/** Uniform in ±1/√H: what PyTorch's recurrent layers start from, weights and biases alike. */
export const uniformByWidth: DrawInitializer = (key, { shape, dtype, dims }) => {
  const bound = 1 / Math.sqrt(dims.H);
  return uniform(key, shape, { low: -bound, high: bound, dtype });
};
