import { orient, packedLength } from '../emit/products/schedule.ts';
import { wholeBuffer } from '../lower/access.ts';
import type { Lowering } from '../lower/lowering.ts';
import type { ContractKernel, Kernel, LoopKernel, PackKernel } from './ir.ts';
import { everyKernel, touchedBy, withBodies } from './visit.ts';

/** Operands of products that do not change inside a loop are laid out for its inner loop once, before it. */
export function packOnce(kernels: readonly Kernel[], lowering: Lowering): readonly Kernel[] {
  return kernels.flatMap((kernel) => {
    if (kernel.kind !== 'loop') return [withBodies(kernel, (body) => packOnce(body, lowering))];
    const packs = new Map<string, PackKernel>();
    const packed = packIn(kernel, written(kernel), packs, lowering);
    return [...packs.values(), withBodies(packed, (body) => packOnce(body, lowering))];
  });
}

const written = (loop: LoopKernel): ReadonlySet<number> =>
  new Set([...everyKernel(loop.body)].flatMap((kernel) => touchedBy(kernel).writes.map(({ buffer }) => buffer)));

/** The loop with products that read packed copies, which `packs` then makes. */
function packIn(
  loop: LoopKernel,
  changes: ReadonlySet<number>,
  packs: Map<string, PackKernel>,
  lowering: Lowering,
): LoopKernel {
  const visit = (kernel: Kernel): Kernel => {
    if (kernel.kind !== 'contract' || kernel.packed !== undefined) return withBodies(kernel, (body) => body.map(visit));
    const contract = orient(kernel);
    const length = packedLength(contract);
    if (length === 0 || loop.length < 2 || changes.has(contract.b.buffer) || contract.b.steps.length > 0) return kernel;
    const key = JSON.stringify([contract.b, contract.kept, contract.summed]);
    const known = packs.get(key) ?? packOf(contract, length, lowering);
    packs.set(key, known);
    return { ...contract, packed: known.into };
  };
  return { ...loop, body: loop.body.map(visit) };
}

function packOf(contract: ContractKernel, length: number, lowering: Lowering): PackKernel {
  const { dtype, origins } = contract;
  const { buffer } = lowering.buffer({ dtype, shape: [length] });
  return { kind: 'pack', contract, into: wholeBuffer(buffer, []), ...(origins && { origins }) };
}
