import type { Storage } from '../dtype.ts';
import { InternalError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import type { Panel } from './panel.ts';
import { productFloat32 } from './product-float32.ts';
import { productFloat64 } from './product-float64.ts';
import { productInt32 } from './product-int32.ts';

/** Two-operand einsum: one integer label per axis. Labels that `out` lacks are summed over. */
export interface ContractSpec {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/** One label as a loop: how far each step goes in a, in b and in the output. */
interface Loop {
  readonly extent: number;
  readonly a: number;
  readonly b: number;
  readonly out: number;
}

const ONCE: Loop = { extent: 1, a: 0, b: 0, out: 0 };

/**
 * out[…] = Σ a[…]·b[…] over the labels missing from `out`, row-major over them in the order a names them. No label
 * stands twice in one operand; each stands in at least two of the three lists. One accumulator per output, from +0:
 * the product is rounded, then the sum. int32 wraps.
 *
 * One row label (in a only), one column label (in b only) and the last contracted label make a matrix product, the
 * panel; every other label is a loop around it. Contracted ones are the innermost of these and ascend, and a panel
 * continues the sums that it finds, so the chain of each output is never reordered.
 */
export function contract(a: Concrete, b: Concrete, spec: ContractSpec): Concrete {
  const rank = spec.out.length;
  const shape = new Array<number>(rank);
  const around: Loop[] = [];
  let rows = ONCE;
  let columns = ONCE;
  let size = 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const loop = loopOf(a, b, spec, spec.out[axis], size);
    shape[axis] = loop.extent;
    size *= loop.extent;
    if (loop.extent === 1) continue;
    if (rows === ONCE && loop.b === 0) rows = loop;
    else if (columns === ONCE && loop.a === 0) columns = loop;
    else around.push(loop);
  }
  let depth = ONCE;
  for (const label of spec.a) {
    if (spec.out.includes(label)) continue;
    if (depth !== ONCE) around.push(depth);
    depth = loopOf(a, b, spec, label, 0);
  }
  const out = allocate(a.dtype, size);
  if (size > 0) run(a.storage, b.storage, out, panelOf(rows, columns, depth), around, 0, 0, 0, 0);
  return new Concrete(out, a.dtype, shape);
}

function loopOf(a: Concrete, b: Concrete, spec: ContractSpec, label: number, out: number): Loop {
  const inA = spec.a.indexOf(label);
  const inB = spec.b.indexOf(label);
  const extent = inA >= 0 ? a.shape[inA] : b.shape[inB];
  return { extent, a: strideOf(a.shape, inA), b: strideOf(b.shape, inB), out };
}

/** The row-major stride of an axis; 0 for −1, an axis that the operand lacks. */
function strideOf(shape: Shape, axis: number): number {
  if (axis < 0) return 0;
  let stride = 1;
  for (let k = shape.length - 1; k > axis; k--) stride *= shape[k];
  return stride;
}

function panelOf(rows: Loop, columns: Loop, depth: Loop): Panel {
  return {
    rows: rows.extent,
    columns: columns.extent,
    depth: depth.extent,
    aRow: rows.a,
    aDepth: depth.a,
    bDepth: depth.b,
    bColumn: columns.b,
    outRow: rows.out,
    outColumn: columns.out,
  };
}

/** The panel at every combination of the loops from `level` on, the last of them fastest. */
function run(
  a: Storage,
  b: Storage,
  out: Storage,
  panel: Panel,
  around: readonly Loop[],
  level: number,
  atA: number,
  atB: number,
  atOut: number,
): void {
  if (level === around.length) {
    product(panel, a, atA, b, atB, out, atOut);
    return;
  }
  const loop = around[level];
  for (let i = 0; i < loop.extent; i++) {
    run(a, b, out, panel, around, level + 1, atA + i * loop.a, atB + i * loop.b, atOut + i * loop.out);
  }
}

function product(panel: Panel, a: Storage, atA: number, b: Storage, atB: number, out: Storage, atOut: number): void {
  if (a instanceof Float64Array && b instanceof Float64Array) {
    productFloat64(panel, a, atA, b, atB, out as Float64Array, atOut); // allocated with a's dtype
  } else if (a instanceof Float32Array && b instanceof Float32Array) {
    productFloat32(panel, a, atA, b, atB, out as Float32Array, atOut); // allocated with a's dtype
  } else if (a instanceof Int32Array && b instanceof Int32Array) {
    productInt32(panel, a, atA, b, atB, out as Int32Array, atOut); // allocated with a's dtype
  } else {
    throw new InternalError('contract was given operands of different or unfit dtypes.');
  }
}
