import {
  ArgumentError,
  checkTensor,
  formatType,
  kernels,
  ShapeError,
  stridesOf,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';

interface SliceParams {
  readonly starts: readonly number[];
  readonly stops: readonly number[];
  readonly steps: readonly number[];
}

interface PadParams {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Zeros between neighbours: what a strided slice left out. */
  readonly interior: readonly number[];
}

const extentsOf = ({ starts, stops, steps }: SliceParams): number[] =>
  starts.map((start, axis) => Math.max(0, Math.ceil(((stops[axis] ?? 0) - start) / (steps[axis] ?? 1))));

/** The flat places of a lattice: `start` and `step` along each axis of `type`. */
function lattice(type: TensorType, starts: readonly number[], steps: readonly number[]) {
  const strides = stridesOf(type.shape);
  return {
    offset: strides.reduce((sum, stride, axis) => sum + stride * (starts[axis] ?? 0), 0),
    strides: strides.map((stride, axis) => stride * (steps[axis] ?? 1)),
  };
}

const dense = (type: TensorType) => ({ offset: 0, strides: stridesOf(type.shape) });

export const slicePrimitive: Primitive<SliceParams, 1, 1> = definePrimitive({
  name: 'slice',
  semantics: {
    kind: 'view',
    pieces: ([x], [y], { starts, steps }) =>
      x && y ? [{ input: 0, output: 0, shape: y.shape, from: lattice(x, starts, steps), to: dense(y) }] : [],
  },
  infer([x], params) {
    const { starts, stops, steps } = params;
    const fits = x.shape.every((extent, axis) => {
      const [start, stop, step] = [starts[axis] ?? -1, stops[axis] ?? -1, steps[axis] ?? 0];
      return (
        Number.isInteger(start) && Number.isInteger(stop) && start >= 0 && start <= stop && stop <= extent && step >= 1
      );
    });
    if (!fits || starts.length !== x.shape.length) {
      throw new ShapeError('slice', `[${starts}] to [${stops}] by [${steps}] does not lie within ${formatType(x)}.`);
    }
    return [{ dtype: x.dtype, shape: extentsOf(params) }];
  },
  eval: ([x], { starts, stops, steps }) => [kernels.slice(x, starts, stops, steps)],
  batchParams: ({ starts, stops, steps }, size) => ({
    starts: [0, ...starts],
    stops: [size, ...stops],
    steps: [1, ...steps],
  }),
  // Elements left out get zero.
  pullbacks: [
    ([ct], { inputs: [x], outputs: [y], params: { starts, steps } }) => {
      if (ct === null) return null;
      const spread = y.shape.map((extent, axis) => (extent === 0 ? 0 : (extent - 1) * (steps[axis] ?? 1) + 1));
      const high = x.shape.map((extent, axis) => extent - (starts[axis] ?? 0) - (spread[axis] ?? 0));
      return bind(padPrimitive, [ct], { low: starts, high, interior: steps.map((step) => step - 1) })[0];
    },
  ],
});

export const padPrimitive: Primitive<PadParams, 1, 1> = definePrimitive({
  name: 'pad',
  semantics: {
    kind: 'view',
    fill: 0,
    pieces: ([x], [y], { low, interior }) =>
      x && y
        ? [
            {
              input: 0,
              output: 0,
              shape: x.shape,
              from: dense(x),
              to: lattice(
                y,
                low,
                interior.map((gap) => gap + 1),
              ),
            },
          ]
        : [],
  },
  infer([x], { low, high, interior }) {
    const counts = [...low, ...high, ...interior];
    if (counts.length !== 3 * x.shape.length || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
      throw new ArgumentError('pad', `[${low}] and [${high}] are not counts ≥ 0, one per axis of ${formatType(x)}.`);
    }
    const spread = (extent: number, gap: number): number => (extent === 0 ? 0 : extent + (extent - 1) * gap);
    const shape = x.shape.map(
      (extent, axis) => (low[axis] ?? 0) + spread(extent, interior[axis] ?? 0) + (high[axis] ?? 0),
    );
    return [{ dtype: x.dtype, shape }];
  },
  eval: ([x], { low, high, interior }) => [kernels.pad(x, low, high, interior)],
  batchParams: ({ low, high, interior }) => ({ low: [0, ...low], high: [0, ...high], interior: [0, ...interior] }),
  pullbacks: [
    ([ct], { inputs: [x], params: { low, interior } }) => {
      if (ct === null) return null;
      const steps = interior.map((gap) => gap + 1);
      const stops = x.shape.map(
        (extent, axis) => (low[axis] ?? 0) + (extent === 0 ? 0 : (extent - 1) * (steps[axis] ?? 1) + 1),
      );
      return bind(slicePrimitive, [ct], { starts: low, stops, steps })[0];
    },
  ],
});

/**
 * The elements from `starts` up to `stops`, by `steps`; negative places count from the end.
 *
 * Shapes: one entry per axis; trailing axes may be left out and are taken whole. Gradient: zeros where nothing was taken.
 * @throws ShapeError when the places do not lie within the tensor, or a step is below 1.
 * @example slice(tensor([1, 2, 3, 4]), [1], [3])        // f64[2] [2, 3]
 * @example slice(tensor([1, 2, 3, 4]), [0], [4], [2])   // f64[2] [1, 3]
 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  stops: readonly number[],
  steps: readonly number[] = [],
): Tensor {
  checkTensor('slice', x);
  if (Math.max(starts.length, stops.length, steps.length) > x.rank) {
    throw new ShapeError('slice', `[${starts}] to [${stops}] names more axes than ${formatType(x)} has.`);
  }
  const place = (at: number | undefined, extent: number, absent: number): number =>
    at === undefined ? absent : at < 0 ? at + extent : at;
  return bind(slicePrimitive, [x], {
    starts: x.shape.map((extent, axis) => place(starts[axis], extent, 0)),
    stops: x.shape.map((extent, axis) => place(stops[axis], extent, extent)),
    steps: x.shape.map((_, axis) => steps[axis] ?? 1),
  })[0];
}
