/** @file Kernels of the ops in `@throughline/autograd/arrays`, which has an entry point of its own so that others need not load them. */
export { countNonzero, nonzero, scatterExtreme, scatterSet } from './scatter.ts';
