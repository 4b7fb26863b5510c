import type { ContractKernel, Label } from '../../plan/ir.ts';
import type { Axis } from '../nest.ts';
import { flavorOf } from './flavor.ts';
import { tileColumns } from './tile.ts';

/** Labels that one loop runs over: strides of its innermost one, in elements. */
export interface Group extends Label, Pick<Axis, 'split'> {}

/** A product as a matrix product (rows × depth × columns) inside loops. */
export interface Schedule {
  readonly rows: Group;
  readonly columns: Group;
  readonly depth: Group;
  /** Outside of it: kept labels, then summed ones, the last of them fastest. */
  readonly around: readonly (Group & { readonly summed: boolean })[];
  /** Columns of a panel. */
  readonly width: number;
  readonly packsA: boolean;
  readonly packsB: boolean;
  /** An estimate, in cycles. */
  readonly cost: number;
}

const ONCE: Group = { extent: 1, a: 0, b: 0, out: 0 };

export function scheduleOf(kernel: ContractKernel): Schedule {
  const { dtype, split, kept } = kernel;
  const flavor = flavorOf(dtype, false);
  const labels = kept
    .map((label, axis): Group => ({ ...label, ...(split?.axis === axis && { split: { ...split, inner: 1 } }) }))
    .filter(({ extent, split }) => extent !== 1 || split !== undefined);
  const outermostFirst = (x: Group, y: Group): number => Math.abs(y.out) - Math.abs(x.out);
  const groups = (holds: (label: Label) => boolean): Group[] => merged(labels.filter(holds).sort(outermostFirst));
  const ofRows = groups(({ b }) => b === 0);
  const ofColumns = groups(({ a, b }) => a === 0 && b !== 0);
  const ofBatch = groups(({ a, b }) => a !== 0 && b !== 0);
  const summed = merged(kernel.summed.filter(({ extent }) => extent !== 1));
  const columns = ofColumns.find(({ out, extent }) => out === 1 && extent > 1) ?? largest(ofColumns);
  const rows = largest(ofRows);
  const depth = summed.at(-1) ?? ONCE;
  const others = [...ofBatch, ...ofRows, ...ofColumns].filter((group) => group !== rows && group !== columns);
  const around = [
    ...others.map((group) => ({ ...group, summed: false })),
    ...summed.slice(0, -1).map((group) => ({ ...group, summed: true })),
  ];

  let width = tileColumns(flavor);
  // panels do not cross from one thread's columns into another's
  if (columns.split !== undefined) while ((columns.split.grain * columns.split.inner) % width !== 0) width--;
  const packsA = depth.a !== 1 && columns.extent > width && rows.extent * depth.extent >= 256;
  const inPlace = columns.b === 1 && (rows.extent <= 8 || depth.extent === 1 || columns.extent * depth.extent <= 2048);
  // a tile walks through b until its end: it must move
  const packsB = (columns.extent > 1 && !inPlace) || (depth.b === 0 && depth.extent > 1);
  const vectors = Math.ceil(columns.extent / flavor.lanes);
  const cells = rows.extent * columns.extent;
  const cost =
    rows.extent * vectors * depth.extent * (vectors < 3 ? 2 : 1) +
    (columns.out === 1 || columns.extent === 1 ? cells / 2 : 4 * cells) +
    (packsA ? rows.extent * depth.extent : 0) +
    (packsB && columns.b !== 1 ? columns.extent * depth.extent : 0);
  return { rows, columns, depth, around, width, packsA, packsB, cost };
}

/** Neighbours that are one loop over both are. */
function merged(groups: readonly Group[]): Group[] {
  const result: Group[] = [];
  for (const group of groups) {
    const last = result.at(-1);
    const fits = (side: 'a' | 'b' | 'out'): boolean => last?.[side] === group[side] * group.extent;
    if (last === undefined || group.split !== undefined || !fits('a') || !fits('b') || !fits('out')) result.push(group);
    else {
      const split = last.split && { split: { ...last.split, inner: last.split.inner * group.extent } };
      result[result.length - 1] = { ...group, extent: last.extent * group.extent, ...split };
    }
  }
  return result;
}

const largest = (groups: readonly Group[]): Group =>
  groups.reduce((best, group) => (group.extent > best.extent ? group : best), groups[0] ?? ONCE);

/** The product with its operands exchanged. */
export function exchanged(kernel: ContractKernel): ContractKernel {
  const turned = (labels: readonly Label[]): Label[] =>
    labels.map(({ extent, a, b, out }) => ({ extent, a: b, b: a, out }));
  return { ...kernel, a: kernel.b, b: kernel.a, kept: turned(kernel.kept), summed: turned(kernel.summed) };
}

/** The same product, bit for bit, with that operand as b which had better be read in vectors, and packed. */
export function orient(kernel: ContractKernel): ContractKernel {
  const other = exchanged(kernel);
  return kernel.packed === undefined && scheduleOf(other).cost < scheduleOf(kernel).cost ? other : kernel;
}

/** How many elements a PackKernel writes for the b of an oriented product: 0 if reading b as it is does as well. */
export function packedLength(kernel: ContractKernel): number {
  const schedule = scheduleOf(kernel);
  const { columns, depth } = schedule;
  if (columns.extent * depth.extent <= 1 || (columns.b === 1 && columns.extent * depth.extent <= 2048)) return 0;
  return packedStrides(schedule).length;
}

/** Where the packed panels of each loop around lie: [loop][panel][depth][column of the panel]. */
export function packedStrides({ around, columns, depth }: Schedule): {
  readonly length: number;
  readonly strides: readonly number[];
} {
  let length = columns.extent * depth.extent;
  const strides = around.map(() => 0);
  for (let i = around.length - 1; i >= 0; i--) {
    const loop = around[i];
    if (loop === undefined || loop.b === 0) continue;
    strides[i] = length;
    length *= loop.extent;
  }
  return { length, strides };
}
