import { add, normal as drawNormal, uniform as drawUniform, log, mul, neg, transpose } from '@throughline/autograd';
import { qr } from '@throughline/autograd/linalg';
import { ArgumentError, Concrete, dtypes, ShapeError } from '@throughline/tensor';
import { constant } from './init.ts';
import { type DrawInitializer, type Site, type TiedInitializer, uniformByWidth } from './initializer.ts';

export { constant, uniformByWidth };

/** All zero. */
export const zeros: DrawInitializer = constant(0);

/** Uniform in [low, high). */
export const uniform =
  (low: number, high: number): DrawInitializer =>
  (key, { shape, dtype }) =>
    drawUniform(key, shape, { low, high, dtype });

/** Normal with mean 0 and standard deviation `scale`. */
export const normal =
  (scale = 1): DrawInitializer =>
  (key, { shape, dtype }) =>
    mul(drawNormal(key, shape, { dtype }), scale);

/**
 * Uniform in ±√(6 / (rows + columns)), which keeps the variance of activations and of cotangents alike.
 * Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export const glorotUniform: DrawInitializer = (key, site) => {
  const [rows, columns] = matrixOf('glorotUniform', site);
  const bound = Math.sqrt(6 / (rows + columns));
  return drawUniform(key, site.shape, { low: -bound, high: bound, dtype: site.dtype });
};

/**
 * A random orthogonal matrix, evenly over all of them: the Q of a normal matrix whose R has a positive diagonal. Of a
 * matrix that is not square, the shorter side is orthonormal.
 * Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning", 2014.
 */
export const orthogonal: DrawInitializer = (key, site) => {
  const [rows, columns] = matrixOf('orthogonal', site);
  const tall = drawNormal(key, [Math.max(rows, columns), Math.min(rows, columns)], { dtype: site.dtype });
  const { q } = qr(tall);
  return rows >= columns ? q : transpose(q);
};

/**
 * The identity: each unit starts as a line of its own.
 * Source: Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015.
 */
export const identity: DrawInitializer = (_, site) => {
  const [rows, columns] = matrixOf('identity', site);
  const storage = dtypes[site.dtype].allocate(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) storage[i * columns + i] = 1;
  return new Concrete(storage, site.dtype, site.shape);
};

/**
 * A forget gate's bias for memories of up to `longest` steps: log u, u uniform in [1, longest − 1). A gate with bias
 * log u forgets half in about u ln 2 steps. The input gate takes the opposite: `minus('f.b')`.
 * Source: Tallec, Ollivier, "Can recurrent neural networks warp time?", 2018.
 * @throws ArgumentError unless longest ≥ 2.
 */
export function chrono(longest: number): DrawInitializer {
  if (!(longest >= 2 && longest < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError('chrono', `the longest memory is ${longest} steps; it must be at least 2.`);
  }
  return (key, { shape, dtype }) => log(drawUniform(key, shape, { low: 1, high: longest - 1, dtype }));
}

/** The opposite of another parameter of the cell, named by its path. */
export const minus = (path: string): TiedInitializer => ({ from: path, map: neg });

/** Another initialiser's result times a number. */
export const scaled =
  (initializer: DrawInitializer, by: number): DrawInitializer =>
  (key, site) =>
    mul(initializer(key, site), by);

/** Another initialiser's result plus a number: `shifted(uniformByWidth, 1)`. */
export const shifted =
  (initializer: DrawInitializer, by: number): DrawInitializer =>
  (key, site) =>
    add(initializer(key, site), by);

function matrixOf(op: string, { shape, path }: Site): readonly [number, number] {
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2) {
    throw new ShapeError(op, `${path} has shape [${shape.join(',')}], not that of a matrix.`);
  }
  return [rows, columns];
}
