export { FileAccessError, readBytes, replaceFile } from './files.ts';
export { loadNpy, loadSafetensors, saveNpy, saveSafetensors } from './tensors.ts';
