import { foldIn, reshape } from '@throughline/autograd';
import { gelu } from '@throughline/autograd/nn';
import {
  type AnyCell,
  type Cell,
  type ParamSpecs,
  type ParamTree,
  type StateSpec,
  type Taps,
  unroll,
} from '@throughline/rnn';
import { type LinearParams, linear } from '@throughline/rnn/layers';
import type { Tensor } from '@throughline/tensor';
import { asVectors, type Task, type TaskModel } from '@throughline/train';

/** What is before a sequence layer, the layer, and what is after it. */
export interface WrappedParams<P> {
  readonly into: LinearParams;
  readonly inner: P;
  readonly out: LinearParams;
}

/** A layer over sequences [T, B, D] → [T, B, D]. */
export interface SequenceLayer<P> {
  init(key: Tensor): P;
  apply(params: P, xs: Tensor): Tensor;
}

/** Any cell as such a layer, in its parallel form where it has one. */
export function cellLayer(
  cell: AnyCell,
  dims: { readonly H: number; readonly N?: number; readonly R?: number },
): SequenceLayer<ParamTree> {
  const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const parallel = known.parallel !== undefined;
  return {
    init: (key) => cell.init(key, { I: dims.H, ...dims }),
    apply: (params, xs) => unroll(known, params, xs, { parallel }).out,
  };
}

/** A model of a task around a layer of width D: a linear map and gelu before it, gelu and a linear map after it. */
export function wrapped<P>(task: Task, name: string, layer: SequenceLayer<P>, D: number): TaskModel<WrappedParams<P>> {
  const [into, out] = [
    linear({ I: 'symbols' in task.takes ? task.takes.symbols : task.takes.numbers, O: D }),
    linear({ I: D, O: task.outputs }),
  ];
  return {
    name,
    init: (key) => ({
      into: into.init(foldIn(key, 1)),
      inner: layer.init(foldIn(key, 2)),
      out: out.init(foldIn(key, 3)),
    }),
    apply(params, batch) {
      const seen = layer.apply(params.inner, gelu(into.apply(params.into, asVectors(task, batch.inputs)).out));
      return out.apply(params.out, gelu(task.answers === 'at the end' ? lastOf(seen) : seen)).out;
    },
  };
}

/** The last step of [T, B, D]: tasks whose rows end earlier are not among those learned here. */
function lastOf(seen: Tensor): Tensor {
  const [T, B, D] = seen.shape as [number, number, number]; // [T, B, D]
  return reshape(seen.slice([T - 1], [T]), [B, D]);
}
