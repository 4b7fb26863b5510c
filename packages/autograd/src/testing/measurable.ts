import type { Tensor, TensorType } from '@throughline/tensor';
import { bindAny } from '../bind.ts';
import { record } from '../builder.ts';
import type { AnyPrimitive } from '../primitive.ts';
import { typeOf } from '../program.ts';
import { hasDerivative } from './laws/tracing.ts';
import type { Composite } from './sample.ts';

/** What the table of derivatives measures: a primitive, or a function over primitives. */
export interface Measurable {
  readonly name: string;
  readonly hasDerivative: boolean;
  call(inputs: readonly Tensor[], params: unknown): readonly Tensor[];
  /** Types of the results. */
  infer(inputs: readonly TensorType[], params: unknown): readonly TensorType[];
}

export const measurable = (primitive: AnyPrimitive): Measurable => ({
  name: primitive.name,
  hasDerivative: hasDerivative(primitive),
  call: (inputs, params) => bindAny(primitive, inputs, params),
  infer: (inputs, params) => primitive.infer(inputs, params),
});

export function measurableComposite(name: string, { run }: Pick<Composite, 'run'>): Measurable {
  const call = (inputs: readonly Tensor[], params: unknown): readonly Tensor[] => [run(inputs, params)].flat();
  return {
    name,
    hasDerivative: true,
    call,
    infer(inputs, params) {
      const { program } = record(inputs, (xs) => call(xs, params));
      return program.outputs.map((id) => typeOf(program, id));
    },
  };
}
