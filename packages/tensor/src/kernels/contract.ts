import type { Storage } from '../dtype.ts';
import { InternalError } from '../errors.ts';
import { stridesOf } from '../shape.ts';
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
 */
export function contract(a: Concrete, b: Concrete, spec: ContractSpec): Concrete {
  const loops = loopsFor(a, b, spec);
  const shape = spec.out.map((_, k) => loops.out[k].extent);
  let size = 1;
  for (const extent of shape) size *= extent;
  const out = allocate(a.dtype, size);
  if (size > 0) run(a.storage, b.storage, out, loops);
  return new Concrete(out, a.dtype, shape);
}

interface Loops {
  readonly out: readonly Loop[];
  readonly contracted: readonly Loop[];
}

function loopsFor(a: Concrete, b: Concrete, spec: ContractSpec): Loops {
  const strideA = stridesOf(a.shape);
  const strideB = stridesOf(b.shape);
  const loopOf = (label: number): Omit<Loop, 'out'> => {
    const inA = spec.a.indexOf(label);
    const inB = spec.b.indexOf(label);
    return {
      extent: inA >= 0 ? a.shape[inA] : b.shape[inB],
      a: inA >= 0 ? strideA[inA] : 0,
      b: inB >= 0 ? strideB[inB] : 0,
    };
  };
  const out: Loop[] = [];
  let stride = 1;
  for (let axis = spec.out.length - 1; axis >= 0; axis--) {
    const { extent, a, b } = loopOf(spec.out[axis]);
    out[axis] = { extent, a, b, out: stride };
    stride *= extent;
  }
  const contracted: Loop[] = [];
  for (const label of spec.a) if (!spec.out.includes(label)) contracted.push({ ...loopOf(label), out: 0 });
  return { out, contracted };
}

/**
 * One row label (in a only), one column label (in b only) and the last contracted label make a matrix product, the
 * panel; every other label is a loop around it. Contracted ones are the innermost of these and ascend, and a panel
 * continues the sums that it finds, so the chain of each output is never reordered.
 */
function run(a: Storage, b: Storage, out: Storage, loops: Loops): void {
  const rows = innermost(loops.out, (loop) => loop.b === 0 && loop.a > 0);
  const columns = innermost(loops.out, (loop) => loop.a === 0 && loop.b > 0);
  const depth = loops.contracted[loops.contracted.length - 1] ?? ONCE;
  const around = loops.out.filter((loop) => loop !== rows && loop !== columns && loop.extent !== 1);
  for (let k = 0; k < loops.contracted.length - 1; k++) around.push(loops.contracted[k]);
  const panel: Panel = {
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
  const visit = (level: number, atA: number, atB: number, atOut: number): void => {
    if (level === around.length) {
      product(panel, a, atA, b, atB, out, atOut);
      return;
    }
    const loop = around[level];
    for (let i = 0; i < loop.extent; i++) visit(level + 1, atA + i * loop.a, atB + i * loop.b, atOut + i * loop.out);
  };
  visit(0, 0, 0, 0);
}

function product(panel: Panel, a: Storage, atA: number, b: Storage, atB: number, out: Storage, atOut: number): void {
  if (a instanceof Float64Array && b instanceof Float64Array && out instanceof Float64Array) {
    productFloat64(panel, a, atA, b, atB, out, atOut);
  } else if (a instanceof Float32Array && b instanceof Float32Array && out instanceof Float32Array) {
    productFloat32(panel, a, atA, b, atB, out, atOut);
  } else if (a instanceof Int32Array && b instanceof Int32Array && out instanceof Int32Array) {
    productInt32(panel, a, atA, b, atB, out, atOut);
  } else {
    throw new InternalError('contract was given operands of different or unfit dtypes.');
  }
}

/** The label with the smallest stride in the output, among those that fit. */
function innermost(loops: readonly Loop[], fits: (loop: Loop) => boolean): Loop {
  let best = ONCE;
  for (const loop of loops) if (loop.extent > 1 && fits(loop)) best = loop;
  return best;
}
