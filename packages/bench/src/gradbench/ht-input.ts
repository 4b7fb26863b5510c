import { type Tensor, tensor } from 'throughline';
import {
  count,
  describe,
  type Fields,
  fieldsOf,
  InputError,
  indicesIn,
  matricesIn,
  matrixIn,
  vectorIn,
} from './inputs.ts';

/** What is differentiated: the pose [26], and places on triangles [n, 2] where points belong to these. */
export interface Pose {
  readonly theta: Tensor;
  readonly us: Tensor | null;
}

/** A hand of b bones and v vertices, and n measured points. */
export interface Hand {
  /** Each bone's parent, which stands before it, or −1; as a string, so that the chain of bones is known when compiling. */
  readonly parents: string;
  readonly isMirrored: boolean;
  /** [b, 4, 4]: from each bone to its parent, at rest; and from the whole to each bone. */
  readonly relatives: Tensor;
  readonly inverses: Tensor;
  /** [v, 4], with 1 as the fourth. */
  readonly positions: Tensor;
  /** [v, b]. */
  readonly weights: Tensor;
  /** int32 [t, 3]: the vertices of each triangle. */
  readonly triangles: Tensor;
  /** int32 [n]: the triangle of each point, or its vertex. */
  readonly correspondences: Tensor;
  /** [n, 3]. */
  readonly points: Tensor;
}

/** A wrist, one more, and five fingers of four, of which the last one's tip may be missing. */
const LEAST_BONES = 21;

const int32 = (values: readonly (number | readonly number[])[]): Tensor =>
  tensor(values as number[], { dtype: 'int32' }); // of either rank

export function readHand(input: Fields): { readonly pose: Pose; readonly hand: Hand } {
  const data = fieldsOf(input.data, 'data');
  const model = fieldsOf(data.model, 'data.model');
  const parents = parentsIn(model);
  const bones = parents.length;
  const positions = matrixIn(model, 'base_positions', [undefined, 4]);
  const [vertices] = positions.shape as [number, number]; // a matrix
  const points = matrixIn(data, 'points', [undefined, 3]);
  const [n] = points.shape as [number, number]; // a matrix
  const isOnTriangles = Array.isArray(input.us) && input.us.length > 0;
  const triangles = trianglesIn(model, vertices);
  const correspondences = indicesIn(data, 'correspondences', { below: isOnTriangles ? triangles.length : vertices });
  if (correspondences.length !== n) {
    throw new InputError(
      `correspondences has ${count(correspondences.length, 'number')}, not ${n}, one for each of points.`,
    );
  }
  const hand: Hand = {
    parents: parents.join(' '),
    isMirrored: model.is_mirrored === true,
    relatives: matricesIn(model, 'base_relatives', [4, 4], bones),
    inverses: matricesIn(model, 'inverse_base_absolutes', [4, 4], bones),
    positions,
    weights: matrixIn(model, 'weights', [vertices, bones]),
    triangles: int32(triangles),
    correspondences: int32(correspondences),
    points,
  };
  const us = isOnTriangles ? matrixIn(input, 'us', [n, 2]) : null;
  return { pose: { theta: vectorIn(input, 'theta', 26), us }, hand };
}

function parentsIn(model: Fields): number[] {
  const parents = indicesIn(model, 'parents', { least: -1, below: 2 ** 31 });
  const late = parents.findIndex((parent, bone) => parent >= bone);
  if (late >= 0) throw new InputError(`parents[${late}] is ${parents[late]}; a bone’s parent stands before it.`);
  if (parents.length >= LEAST_BONES) return parents;
  throw new InputError(`parents has ${count(parents.length, 'bone')}; a hand has at least ${LEAST_BONES}.`);
}

function trianglesIn(model: Fields, vertices: number): number[][] {
  const { triangles } = model;
  if (!Array.isArray(triangles))
    throw new InputError(`triangles is ${describe(triangles)}, not an array of triangles.`);
  return triangles.map((triangle: unknown, i) => {
    const name = `triangles[${i}]`;
    const corners = indicesIn({ [name]: triangle }, name, { below: vertices });
    if (corners.length === 3) return corners;
    throw new InputError(`${name} has ${count(corners.length, 'number')}, not 3.`);
  });
}
