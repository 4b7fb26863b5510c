import { isDifferentiable, type Tensor, type TensorType } from '@throughline/tensor';
import { record } from './builder.ts';
import { type AnyPrimitive, pullbackOf } from './primitive.ts';
import type { Abstract } from './value.ts';

/** Which primals, by index, a pullback reads the values of. */
export interface Reads {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const nothing: Reads = { inputs: [], outputs: [] };
const uniform = new WeakMap<AnyPrimitive, Reads[]>();
const varying = new WeakMap<AnyPrimitive, Map<string, Reads>>();

/** What the rule for one input reads: found once, by running the rule on abstract values. */
export function readsOf(
  primitive: AnyPrimitive,
  input: number,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  params: unknown,
): Reads {
  if (primitive.semantics.kind === 'structured') return everything(inputs, outputs);
  if (primitive.readsVary === true) {
    const byType = entry(varying, primitive, () => new Map<string, Reads>());
    const key = `${input} ${JSON.stringify([params, inputs.map(typeKey)])}`;
    const known = byType.get(key) ?? analyse(primitive, input, inputs, outputs, params);
    byType.set(key, known);
    return known;
  }
  const known = uniform.get(primitive)?.[input];
  if (known !== undefined) return known;
  const found = analyse(primitive, input, inputs, outputs, params);
  entry(uniform, primitive, () => [])[input] = found;
  return found;
}

function analyse(
  primitive: AnyPrimitive,
  input: number,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
  params: unknown,
): Reads {
  const rule = pullbackOf(primitive, input);
  if (rule === null) return nothing;
  const { program } = record([...inputs, ...outputs, ...outputs], (all) => {
    const at = { inputs: all.slice(0, inputs.length), outputs: all.slice(inputs.length, -outputs.length), params };
    const cts = all.slice(-outputs.length).map((ct): Abstract | null => (isDifferentiable(ct) ? ct : null));
    const result = rule(cts, at);
    return result === null ? [] : [result];
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

function entry<V>(map: WeakMap<AnyPrimitive, V>, primitive: AnyPrimitive, make: () => V): V {
  const known = map.get(primitive);
  if (known !== undefined) return known;
  const made = make();
  map.set(primitive, made);
  return made;
}
