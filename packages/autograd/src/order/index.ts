// products, and what accumulates along an axis
export { prod } from './prod.ts';
export { type CumulativeOptions, cumprod, cumsum } from './cumulative.ts';
export { cummax, cummin } from './cumulative-extremes.ts';
export { cumLogSumExp } from './cum-log-sum-exp.ts';
// statistics
export { std, type VarianceOptions, variance } from './variance.ts';
export { type NormOrder, norm } from './norm.ts';
export { median, type QuantileMethod, type QuantileOptions, quantile } from './quantile.ts';
// sorting and searching
export { argsort, type SortOptions, sort } from './sort.ts';
export { topK } from './top-k.ts';
export { argmin } from './argmin.ts';
export { type SearchOptions, searchSorted } from './search-sorted.ts';
// counting
export { bincount, countNonzero, histogram } from './counts.ts';
