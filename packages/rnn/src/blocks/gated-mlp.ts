import { add, mul } from '@throughline/autograd';
import { gelu, rmsNorm } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import { type DenseParams, project } from '../cells/dense.ts';
import { constant } from '../initializers.ts';
import { param } from '../params.ts';
import { mapSpec } from './over-time.ts';

/** A normalisation's scale, [D]. */
export interface ScaleParams {
  readonly scale: Tensor;
}

/** The second half of Griffin's blocks: a norm, and two maps of which one gates the other. */
export interface GatedMlpParams {
  readonly norm2: ScaleParams;
  readonly open: DenseParams;
  readonly up: DenseParams;
  readonly down: DenseParams;
}

export const scaleSpec = () => ({ scale: param('D', constant(1)) });
export const gatedMlpSpecs = () => ({
  norm2: scaleSpec(),
  open: mapSpec('DM'),
  up: mapSpec('DM'),
  down: mapSpec('MD'),
});

/** y + (gelu(norm(y) W_open + b) ⊙ (norm(y) W_up + b)) W_down + b. */
export function withGatedMlp(p: GatedMlpParams, y: Tensor): Tensor {
  const normed = rmsNorm(y, -1, p.norm2);
  return add(y, project(p.down, mul(gelu(project(p.open, normed)), project(p.up, normed))));
}
