// values
export { Concrete, isDifferentiable, type NestedArray, type ReadonlyView, Tensor } from './tensor.ts';
export { full, tensor } from './construct.ts';
// types
export { type DType, dtypes, isDType, isFloat, type Storage } from './dtype.ts';
export {
  broadcastShapes,
  checkShape,
  formatShape,
  formatType,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  sameType,
  type Shape,
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
