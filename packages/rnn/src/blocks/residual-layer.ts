import { add } from '@throughline/autograd';
import { ShapeError } from '@throughline/tensor';
import type { Layer } from '../layers/layer.ts';
import { rowsIn } from './over-time.ts';

/**
 * A layer with a skip around it: x + f(x), so that what it learns is a correction and the gradient has a way past it.
 *
 * Shapes: as the layer's, whose output is as wide as its input. Parameters, state and name are the layer's; around one cell
 * instead of a layer there is `residual`.
 * Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016.
 * @throws ShapeError when the widths differ.
 * @example residualLayer(linear({ I: 1, O: 1 })).apply({ W: tensor([[2]]), b: zeros([1]) }, tensor([[3]])).out   // f64[1,1] [[9]]
 */
export function residualLayer<N extends string, P, S>(inner: Layer<N, P, S>): Layer<N, P, S> {
  if (inner.takes !== inner.gives) {
    const takes = inner.takes === null ? 'indices' : `width ${inner.takes}`;
    throw new ShapeError(
      'residualLayer',
      `${inner.name} takes ${takes} and gives width ${inner.gives}: a skip joins equal widths.`,
    );
  }
  return Object.freeze({
    ...inner,
    apply(params, inputs, options = {}) {
      const { out, last } = inner.apply(params, inputs, options);
      const { swap, quiet } = rowsIn(inputs, { ...options, from: undefined });
      return { out: add(swap(quiet(swap(inputs))), out), last };
    },
  } satisfies Layer<N, P, S>);
}
