import { type Concrete, type DType, kernels, type TensorType } from '@throughline/tensor';
import { isProgram, type Params, type ParamValue, type Program } from '../../program.ts';
import type { Sample } from '../sample.ts';

/** The same call in float32: operands rounded, and so is what its params say of types. */
export const inFloat32 = ({ inputs, params }: Sample): Sample => ({
  inputs: inputs.map(rounded),
  params: narrowed(params as Params), // params of every primitive
});

/** Back in float64, at the very numbers that float32 has. */
export const widened = (x: Concrete): Concrete => (x.dtype === 'float32' ? kernels.cast(x, 'float64') : x);

const rounded = (x: Concrete): Concrete => (x.dtype === 'float64' ? kernels.cast(x, 'float32') : x);
const float32 = (dtype: DType): DType => (dtype === 'float64' ? 'float32' : dtype);

function narrowed(value: ParamValue): ParamValue {
  if (value === 'float64') return 'float32';
  if (typeof value !== 'object' || value === null) return value;
  if (isProgram(value)) return narrowedProgram(value);
  if (Array.isArray(value)) return value.map(narrowed);
  return Object.fromEntries(Object.entries(value).map(([key, item]: [string, ParamValue]) => [key, narrowed(item)]));
}

const narrowedProgram = (program: Program): Program => ({
  ...program,
  constants: new Map([...program.constants].map(([id, x]) => [id, rounded(x)])),
  types: program.types.map(({ dtype, shape }): TensorType => ({ dtype: float32(dtype), shape })),
  equations: program.equations.map((equation) => ({
    ...equation,
    params: narrowed(equation.params) as Params, // a record of params stays one
  })),
});
