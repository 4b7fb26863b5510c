// values
export { Concrete, isDifferentiable, type NestedArray, type ReadonlyView, Tensor } from './tensor.ts';
export { arange, eye, fromStorage, full, linspace, ones, type TensorOptions, tensor, zeros } from './construct.ts';
export type { NestedValues, TensorValues } from './values.ts';
export { format, formatNumber } from './format.ts';
// types
export { type DType, dtypes, isDType, isFloat, type Storage } from './dtype.ts';
export {
  broadcastShapes,
  checkShape,
  checkTensor,
  formatShape,
  formatType,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
  sameType,
  sizeOf,
  stridesOf,
  type TensorType,
} from './shape.ts';
// errors
export {
  ArgumentError,
  AxisError,
  DTypeError,
  InternalError,
  NotDifferentiableError,
  ShapeError,
  TraceError,
  TreeError,
} from './errors.ts';
// internal: kernels, for the packages above
export * as kernels from './kernels/index.ts';
export { type KernelProvider, kernelProvider, setKernelProvider } from './kernels/provider.ts';
