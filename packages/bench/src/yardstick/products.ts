import {
  type Access,
  type ContractKernel,
  type Emitter,
  emitContract,
  emitPack,
  type FunctionIndex,
  flavorOf,
  type Label,
} from '@throughline/compiler/internals';
import type { Size } from '../workloads/sizes.ts';
import { type Layout, type Part, parts } from './layout.ts';
import { packedProduct } from './packed-product.ts';

/** Functions without parameters, but for two: (a, packed, out, rows). */
export interface Products {
  readonly packs: readonly FunctionIndex[];
  /** gates = xs · wx for all steps. */
  readonly inputs: FunctionIndex;
  /** gates += h · wh */
  readonly recurrent: FunctionIndex;
  /** dh = gates · whᵀ */
  readonly back: FunctionIndex;
  readonly weights: readonly FunctionIndex[];
}

/** All products of a step; with several threads they divide the rows. */
export function productsOf(
  emitter: Emitter,
  { B, T, I, H }: Size,
  { gateRow, bytes }: Layout,
  threads: number,
): Products {
  const { module, fast } = emitter;
  const dtype = bytes === 8 ? 'float64' : 'float32';
  const flavor = flavorOf(dtype, fast);
  const access = (part: Part): Access => ({ buffer: parts.indexOf(part), offset: 0, strides: [], steps: [] });
  const product = (
    [a, b, out]: readonly [Part, Part, Part],
    kept: readonly Label[],
    summed: Label,
    split?: ContractKernel['split'],
  ): ContractKernel => ({
    kind: 'contract',
    dtype,
    a: access(a),
    b: access(b),
    out: access(out),
    kept,
    summed: [summed],
    ...(threads > 1 && split !== undefined && { split }),
  });
  const G = 4 * H;
  const columns = { extent: G, a: 0, b: 1, out: 1 };
  const rows = [
    { extent: T, a: B * I, b: 0, out: B * gateRow },
    { extent: B, a: I, b: 0, out: gateRow },
  ];
  const inputs = product(
    ['xs', 'wx', 'gates'],
    [...rows, columns],
    { extent: I, a: 1, b: G, out: 0 },
    { axis: 1, grain: 1 },
  );
  const recurrent = product(['h', 'wh', 'gates'], [columns], { extent: H, a: 1, b: G, out: 0 });
  const back = product(['gates', 'wh', 'dh'], [{ extent: H, a: 0, b: G, out: 1 }], { extent: G, a: 1, b: 1, out: 0 });
  const pack = (contract: ContractKernel, into: Part): FunctionIndex =>
    emitPack(emitter, { kind: 'pack', contract, into: access(into) }, []);
  const weights = (of: Part, into: Part, extent: number): FunctionIndex => {
    const labels = [{ extent, a: 1, b: 0, out: G }, columns];
    const summed = { extent: T * B, a: extent, b: gateRow, out: 0 };
    return emitContract(emitter, product([of, 'gates', into], labels, summed, { axis: 0, grain: 2 }), []);
  };
  return {
    packs: [pack(inputs, 'packedX'), pack(recurrent, 'packedH'), pack(back, 'packedBack')],
    inputs: emitContract(emitter, { ...inputs, packed: access('packedX') }, []),
    recurrent: packedProduct(module, flavor, { depth: H, columns: G, aRow: H, outRow: gateRow, goesOn: true }),
    back: packedProduct(module, flavor, { depth: G, columns: H, aRow: gateRow, outRow: H, goesOn: false }),
    weights: [weights('xs', 'dwx', I), weights('h', 'dwh', H)],
  };
}
