import { ensure } from '../collections.ts';
import { exchanged, orient, packedLength, scheduleOf } from '../emit/products/schedule.ts';
import { wholeBuffer } from '../lower/access.ts';
import type { Lowering } from '../lower/lowering.ts';
import type { Access, ContractKernel, Kernel, LoopKernel, PackKernel } from './ir.ts';
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
  const isFixed = ({ buffer, steps }: Access): boolean => !changes.has(buffer) && steps.length === 0;
  const visit = (kernel: Kernel): Kernel => {
    if (kernel.kind !== 'contract' || kernel.packed !== undefined) return withBodies(kernel, (body) => body.map(visit));
    const [contract] = [kernel, exchanged(kernel)]
      .filter((one) => isFixed(one.b) && packedLength(one) > 0)
      .sort((x, y) => costPacked(x) - costPacked(y));
    if (contract === undefined || loop.length < 2 || costPacked(contract) > scheduleOf(orient(kernel)).cost)
      return kernel;
    const key = JSON.stringify([contract.b, contract.kept, contract.summed]);
    const pack = ensure(packs, key, () => packOf(contract, packedLength(contract), lowering));
    return { ...contract, packed: pack.into };
  };
  return { ...loop, body: loop.body.map(visit) };
}

/** What a product takes when its b lies packed already. */
function costPacked(kernel: ContractKernel): number {
  const { cost, packing } = scheduleOf(kernel);
  return cost - packing;
}

function packOf(contract: ContractKernel, length: number, lowering: Lowering): PackKernel {
  const { dtype, origins } = contract;
  const { buffer } = lowering.buffer({ dtype, shape: [length] });
  return { kind: 'pack', contract, into: wholeBuffer(buffer, []), ...(origins && { origins }) };
}
