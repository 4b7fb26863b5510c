// files
export { FileFormatError } from './bytes/format-error.ts';
export { readNpy } from './npy/read.ts';
export { writeNpy } from './npy/write.ts';
export { readSafetensors, type Safetensors, type StateDict } from './safetensors/read.ts';
export { type SafetensorsOptions, writeSafetensors } from './safetensors/write.ts';
// dialects
export { fromKeras, type KerasOptions } from './dialects/from-keras.ts';
export { fromPytorch, type PytorchOptions } from './dialects/from-pytorch.ts';
export { type CellKind, twoBiases } from './dialects/kinds.ts';
export { nested, type NestedTensors } from './dialects/nested.ts';
export { type DialectName, recognizeDialect } from './dialects/recognize.ts';
export type { LayerParams, LayersOf, Recurrent } from './dialects/recurrent.ts';
export { toKeras, type ToKerasOptions } from './dialects/to-keras.ts';
export { toPytorch, type ToPytorchOptions } from './dialects/to-pytorch.ts';
