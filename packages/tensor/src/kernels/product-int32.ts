import type { Panel } from './panel.ts';

/** out[i,j] += Σ_k a[i,k]·b[k,j] modulo 2³². */
export function productInt32(
  panel: Panel,
  a: Int32Array,
  atA: number,
  b: Int32Array,
  atB: number,
  out: Int32Array,
  atOut: number,
): void {
  const { rows, columns, depth, aRow, aDepth, bDepth, bColumn, outRow, outColumn } = panel;
  for (let i = 0; i < rows; i++) {
    const ia = atA + i * aRow;
    for (let j = 0; j < columns; j++) {
      const jb = atB + j * bColumn;
      const at = atOut + i * outRow + j * outColumn;
      let sum = out[at];
      for (let k = 0; k < depth; k++) sum = (sum + Math.imul(a[ia + k * aDepth], b[jb + k * bDepth])) | 0;
      out[at] = sum;
    }
  }
}
