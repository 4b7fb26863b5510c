import { isDifferentiable, Tensor, type TensorType } from '@throughline/tensor';
import { record } from './builder.ts';
import { paramsKey } from './params.ts';
import { type AnyPrimitive, pullbackOf } from './primitive.ts';
import type { Abstract } from './value.ts';

/** Which primals, by index, a pullback reads the values of. */
export interface Reads {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const nothing: Reads = { inputs: [], outputs: [] };
/** By primitive; then by input, or by the number of inputs of a joint rule; and by params and types where they matter. */
const known = new WeakMap<AnyPrimitive, Map<number | string, Reads>>();

/**
 * What the rule for one input reads: found once, by running the rule on abstract values. A joint rule is asked once for
 * all inputs, since asking for each of n operands would cost n² (a concat of every step of a long loop).
 */
export function readsOf(
  primitive: AnyPrimitive,
  input: number,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  params: unknown,
): Reads {
  if (primitive.semantics.kind === 'structured') {
    return everything(inputs, primitive.readsOutputs === false ? [] : outputs);
  }
  const rule = primitive.jointPullback === undefined ? input : `all ${inputs.length}`;
  const key = primitive.readsVary === true ? `${rule} ${paramsKey([params, inputs.map(typeKey)])}` : rule;
  const byKey = known.get(primitive) ?? new Map<number | string, Reads>();
  const found = byKey.get(key);
  if (found !== undefined) return found;
  const reads = analyse(primitive, input, inputs, outputs, params);
  known.set(primitive, byKey.set(key, reads));
  return reads;
}

function analyse(
  primitive: AnyPrimitive,
  input: number,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
  params: unknown,
): Reads {
  const { jointPullback } = primitive;
  const rule = jointPullback === undefined ? pullbackOf(primitive, input) : null;
  if (jointPullback === undefined && rule === null) return nothing;
  const { program } = record([...inputs, ...outputs, ...outputs], (all) => {
    const at = { inputs: all.slice(0, inputs.length), outputs: all.slice(inputs.length, -outputs.length), params };
    const cts = all.slice(-outputs.length).map((ct): Abstract | null => (isDifferentiable(ct) ? ct : null));
    const everyInput = inputs.map(isDifferentiable);
    const results = jointPullback === undefined ? [rule?.(cts, at)] : jointPullback(cts, at, everyInput);
    return results.filter((ct) => ct instanceof Tensor);
  });
  const used = new Set([...program.outputs, ...program.equations.flatMap((equation) => equation.inputs)]);
  const read = (offset: number, length: number): number[] =>
    Array.from({ length }, (_, i) => i).filter((i) => used.has(program.inputs[offset + i] ?? -1));
  return { inputs: read(0, inputs.length), outputs: read(inputs.length, outputs.length) };
}

const everything = (inputs: readonly unknown[], outputs: readonly unknown[]): Reads => ({
  inputs: inputs.map((_, i) => i),
  outputs: outputs.map((_, i) => i),
});

const typeKey = (type: TensorType): string => `${type.dtype}${type.shape}`;
