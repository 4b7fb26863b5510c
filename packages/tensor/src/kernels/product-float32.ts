import type { Panel } from './panel.ts';

/**
 * out[i,j] += Σ_k a[i,k]·b[k,j], k ascending, each product and each sum rounded to float32. Sixteen outputs at a time stay in
 * registers; no sum is reordered, since every output keeps an accumulator of its own.
 */
export function productFloat32(
  panel: Panel,
  a: Float32Array,
  atA: number,
  b: Float32Array,
  atB: number,
  out: Float32Array,
  atOut: number,
): void {
  const { rows, columns, depth, aRow, aDepth, bDepth, bColumn, outRow, outColumn } = panel;
  const tiledRows = rows - (rows % 4);
  const tiledColumns = columns - (columns % 4);
  for (let i = 0; i < tiledRows; i += 4) {
    const ia = atA + i * aRow;
    const io = atOut + i * outRow;
    for (let j = 0; j < tiledColumns; j += 4) tile(panel, a, ia, b, atB + j * bColumn, out, io + j * outColumn);
    for (let j = tiledColumns; j < columns; j++) {
      strip(depth, b, atB + j * bColumn, bDepth, a, ia, aDepth, aRow, out, io + j * outColumn, outRow);
    }
  }
  for (let i = tiledRows; i < rows; i++) {
    const ia = atA + i * aRow;
    const io = atOut + i * outRow;
    for (let j = 0; j < tiledColumns; j += 4) {
      strip(depth, a, ia, aDepth, b, atB + j * bColumn, bDepth, bColumn, out, io + j * outColumn, outColumn);
    }
    for (let j = tiledColumns; j < columns; j++) {
      dot(depth, a, ia, aDepth, b, atB + j * bColumn, bDepth, out, io + j * outColumn);
    }
  }
}

function tile(
  panel: Panel,
  a: Float32Array,
  ia: number,
  b: Float32Array,
  ib: number,
  out: Float32Array,
  io: number,
): void {
  const { depth, aRow, aDepth, bDepth, bColumn, outRow, outColumn } = panel;
  let a0 = ia;
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let b0 = ib;
  const b1 = bColumn;
  const b2 = 2 * bColumn;
  const b3 = 3 * bColumn;
  const o0 = io;
  const o1 = o0 + outRow;
  const o2 = o1 + outRow;
  const o3 = o2 + outRow;
  let s00 = out[o0];
  let s01 = out[o0 + outColumn];
  let s02 = out[o0 + 2 * outColumn];
  let s03 = out[o0 + 3 * outColumn];
  let s10 = out[o1];
  let s11 = out[o1 + outColumn];
  let s12 = out[o1 + 2 * outColumn];
  let s13 = out[o1 + 3 * outColumn];
  let s20 = out[o2];
  let s21 = out[o2 + outColumn];
  let s22 = out[o2 + 2 * outColumn];
  let s23 = out[o2 + 3 * outColumn];
  let s30 = out[o3];
  let s31 = out[o3 + outColumn];
  let s32 = out[o3 + 2 * outColumn];
  let s33 = out[o3 + 3 * outColumn];
  for (let k = 0; k < depth; k++) {
    const y0 = b[b0];
    const y1 = b[b0 + b1];
    const y2 = b[b0 + b2];
    const y3 = b[b0 + b3];
    let x = a[a0];
    s00 = Math.fround(s00 + Math.fround(x * y0));
    s01 = Math.fround(s01 + Math.fround(x * y1));
    s02 = Math.fround(s02 + Math.fround(x * y2));
    s03 = Math.fround(s03 + Math.fround(x * y3));
    x = a[a1];
    s10 = Math.fround(s10 + Math.fround(x * y0));
    s11 = Math.fround(s11 + Math.fround(x * y1));
    s12 = Math.fround(s12 + Math.fround(x * y2));
    s13 = Math.fround(s13 + Math.fround(x * y3));
    x = a[a2];
    s20 = Math.fround(s20 + Math.fround(x * y0));
    s21 = Math.fround(s21 + Math.fround(x * y1));
    s22 = Math.fround(s22 + Math.fround(x * y2));
    s23 = Math.fround(s23 + Math.fround(x * y3));
    x = a[a3];
    s30 = Math.fround(s30 + Math.fround(x * y0));
    s31 = Math.fround(s31 + Math.fround(x * y1));
    s32 = Math.fround(s32 + Math.fround(x * y2));
    s33 = Math.fround(s33 + Math.fround(x * y3));
    a0 += aDepth;
    a1 += aDepth;
    a2 += aDepth;
    a3 += aDepth;
    b0 += bDepth;
  }
  out[o0] = s00;
  out[o0 + outColumn] = s01;
  out[o0 + 2 * outColumn] = s02;
  out[o0 + 3 * outColumn] = s03;
  out[o1] = s10;
  out[o1 + outColumn] = s11;
  out[o1 + 2 * outColumn] = s12;
  out[o1 + 3 * outColumn] = s13;
  out[o2] = s20;
  out[o2 + outColumn] = s21;
  out[o2 + 2 * outColumn] = s22;
  out[o2 + 3 * outColumn] = s23;
  out[o3] = s30;
  out[o3 + outColumn] = s31;
  out[o3 + 2 * outColumn] = s32;
  out[o3 + 3 * outColumn] = s33;
}

/** Four outputs that share the factors x: out[io + c·co] += Σ_k x[k]·y[k,c]. */
function strip(
  depth: number,
  x: Float32Array,
  ix: number,
  dx: number,
  y: Float32Array,
  iy: number,
  dy: number,
  cy: number,
  out: Float32Array,
  io: number,
  co: number,
): void {
  let s0 = out[io];
  let s1 = out[io + co];
  let s2 = out[io + 2 * co];
  let s3 = out[io + 3 * co];
  for (let k = 0; k < depth; k++) {
    const f = x[ix + k * dx];
    const at = iy + k * dy;
    s0 = Math.fround(s0 + Math.fround(f * y[at]));
    s1 = Math.fround(s1 + Math.fround(f * y[at + cy]));
    s2 = Math.fround(s2 + Math.fround(f * y[at + 2 * cy]));
    s3 = Math.fround(s3 + Math.fround(f * y[at + 3 * cy]));
  }
  out[io] = s0;
  out[io + co] = s1;
  out[io + 2 * co] = s2;
  out[io + 3 * co] = s3;
}

function dot(
  depth: number,
  x: Float32Array,
  ix: number,
  dx: number,
  y: Float32Array,
  iy: number,
  dy: number,
  out: Float32Array,
  io: number,
): void {
  let s = out[io];
  for (let k = 0; k < depth; k++) s = Math.fround(s + Math.fround(x[ix + k * dx] * y[iy + k * dy]));
  out[io] = s;
}
