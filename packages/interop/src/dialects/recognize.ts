import type { StateDict } from '../safetensors/read.ts';

/** Whose names tensors have. */
export type DialectName = 'pytorch' | 'keras' | 'throughline';

/**
 * Whose names a record of tensors has, by those of its recurrent layer; null when they are nobody's.
 *
 * @example recognizeDialect({ 'lstm.weight_hh_l0': ones([1]) })   // pytorch
 * @example recognizeDialect({ 'lstm/lstm_cell/recurrent_kernel': ones([1]) })   // keras
 * @example recognizeDialect({ 'cell.f.U': ones([1]) })   // throughline
 */
export function recognizeDialect(tensors: StateDict): DialectName | null {
  const names = Object.keys(tensors);
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/(^|\.)weight_hh(_l\d+)?(_reverse)?$/)) return 'pytorch';
  if (has(/(^|[/.])recurrent_kernel(:0)?$/)) return 'keras';
  return has(/(^|\.)U$/) ? 'throughline' : null;
}
