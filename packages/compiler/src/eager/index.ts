export { useCompiledKernels } from './kernels.ts';
