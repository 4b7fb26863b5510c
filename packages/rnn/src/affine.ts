import { matmul, scope } from '@throughline/autograd';
import { DTypeError, formatType, ShapeError, type Tensor } from '@throughline/tensor';

/** The parameters of a gate. */
export interface GateParams {
  readonly W: Tensor;
  readonly U: Tensor;
  readonly b: Tensor;
  readonly b2?: Tensor;
}

/** Which gate of which cell a record of parameters belongs to, for messages: entered when a cell's step begins. */
const owners = new WeakMap<object, { readonly cell: string; readonly gate: string }>();

/** Remembers the names of a cell's nested parameters. */
export function nameGates(cell: string, params: object, prefix = ''): void {
  for (const [key, value] of Object.entries(params)) {
    if (typeof value !== 'object' || value === null || 'shape' in value || owners.has(value)) continue;
    const gate = prefix === '' ? key : `${prefix}.${key}`;
    owners.set(value, { cell, gate });
    nameGates(cell, value, gate);
  }
}

/** The cell and gate whose parameters these are, once a step of theirs has begun. */
export const ownerOf = (params: object): { readonly cell: string; readonly gate: string } | undefined =>
  owners.get(params);

/**
 * A gate's pre-activation: x·W + h·U + b, and + b2 where the gate has two biases.
 *
 * Shapes: x [B, I], h [B, H], W [I, H], U [H, H], b [H] → [B, H]. Dtypes: floats, all equal. Gradient: that of its products
 * and sums.
 * @throws ShapeError or DTypeError, naming cell and gate, when x or h does not fit.
 * @example affine({ W: tensor([[2]]), U: tensor([[3]]), b: tensor([1]) }, tensor([[10]]), tensor([[100]]))   // f64[1,1] [[321]]
 */
export function affine(params: GateParams, x: Tensor, h: Tensor): Tensor {
  const owner = owners.get(params);
  const op = owner === undefined ? 'affine' : `${owner.cell}.${owner.gate}`;
  checkProduct(op, 'x', x, 'W', params.W);
  checkProduct(op, 'h', h, 'U', params.U);
  return scope(owner === undefined ? 'affine' : { gate: owner.gate }, () => {
    const y = matmul(x, params.W).add(matmul(h, params.U)).add(params.b);
    return params.b2 === undefined ? y : y.add(params.b2);
  });
}

function checkProduct(op: string, xName: string, x: Tensor, wName: string, w: Tensor): void {
  if (x.dtype === w.dtype && x.rank === 2 && x.shape[1] === w.shape[0]) return;
  const types = `${xName} is ${formatType(x)}, ${wName} is ${formatType(w)}`;
  if (x.dtype !== w.dtype)
    throw new DTypeError(op, `${types}: dtypes differ. Convert with cast(${xName}, '${w.dtype}').`);
  if (x.rank !== 2)
    throw new ShapeError(op, `${types}: ${xName} must have two axes, [B, ${xName === 'x' ? 'I' : 'H'}].`);
  const letter = xName === 'x' ? 'I' : 'H';
  throw new ShapeError(op, `${types}: axis 1 of ${xName} is ${x.shape[1]}, ${wName} takes ${letter} = ${w.shape[0]}.`);
}
