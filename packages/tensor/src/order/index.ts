/** @file Kernels of sorting and searching, apart from the others: few programs need them. They trust their arguments. */
export { argsort } from './argsort.ts';
export { searchSorted } from './search-sorted.ts';
