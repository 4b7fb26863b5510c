import type { ContractKernel, Label, Split } from '../../plan/ir.ts';
import { type Axis, axesOf, merged } from '../nest.ts';
import { flavorOf } from './flavor.ts';
import { tileColumns } from './tile.ts';

/** Labels that one loop runs over: strides of its innermost one, in elements. */
export interface Group extends Label, Pick<Axis, 'split'> {}

/** A loop outside of the matrix product: `packed` is how far it moves in b when that lies packed. */
interface Around extends Group {
  readonly summed: boolean;
  readonly packed: number;
}

/** A product as a matrix product (rows × depth × columns) inside loops. */
export interface Schedule {
  readonly rows: Group;
  readonly columns: Group;
  readonly depth: Group;
  /** Outside of it: kept labels, then summed ones, the last of them fastest. */
  readonly around: readonly Around[];
  /** Columns of a panel. */
  readonly width: number;
  readonly packsA: boolean;
  readonly packsB: boolean;
  /** Of all of b: [around][panel][depth][column of the panel]. */
  readonly packedLength: number;
  /** An estimate, in cycles, and how many of them go to packing b. */
  readonly cost: number;
  readonly packing: number;
}

const ONCE: Group = { extent: 1, a: 0, b: 0, out: 0 };

export function scheduleOf(kernel: ContractKernel): Schedule {
  const { dtype, split, kept } = kernel;
  const flavor = flavorOf(dtype, false);
  const axes = axesOfLabels(kept, split);
  const outermostFirst = ({ strides: [, , x = 0] }: Axis, { strides: [, , y = 0] }: Axis) => Math.abs(y) - Math.abs(x);
  const groups = (holds: (a: number, b: number) => boolean): Group[] =>
    groupsOf(axes.filter(({ strides: [a = 0, b = 0] }) => holds(a, b)).sort(outermostFirst));
  const ofRows = groups((_, b) => b === 0);
  const ofColumns = groups((a, b) => a === 0 && b !== 0);
  const ofBatch = groups((a, b) => a !== 0 && b !== 0);
  const summed = groupsOf(axesOfLabels(kernel.summed));
  const columns = ofColumns.find(({ out, extent }) => out === 1 && extent > 1) ?? largest(ofColumns);
  const rows = largest(ofRows);
  const depth = summed.at(-1) ?? ONCE;
  const others = [...ofBatch, ...ofRows, ...ofColumns].filter((group) => group !== rows && group !== columns);
  let packedLength = columns.extent * depth.extent;
  const around = [...others, ...summed.slice(0, -1)]
    .reverse()
    .map((group, k): Around => {
      const packed = group.b === 0 ? 0 : packedLength;
      if (group.b !== 0) packedLength *= group.extent;
      return { ...group, summed: k < summed.length - 1, packed };
    })
    .reverse();

  let width = tileColumns(flavor);
  // panels do not cross from one thread's columns into another's
  if (columns.split !== undefined) while ((columns.split.grain * columns.split.inner) % width !== 0) width--;
  const packsA = depth.a !== 1 && columns.extent > width && rows.extent * depth.extent >= 256;
  const inPlace = columns.b === 1 && (rows.extent <= 8 || depth.extent === 1 || columns.extent * depth.extent <= 2048);
  // a tile walks through b until its end: it must move
  const packsB = (columns.extent > 1 && !inPlace) || (depth.b === 0 && depth.extent > 1);
  const vectors = Math.ceil(columns.extent / flavor.lanes);
  const cells = rows.extent * columns.extent;
  const packing = packsB && columns.b !== 1 ? columns.extent * depth.extent : 0;
  const cost =
    rows.extent * vectors * depth.extent * (vectors < 3 ? 2 : 1) +
    (columns.out === 1 || columns.extent === 1 ? cells / 2 : 4 * cells) +
    (packsA ? rows.extent * depth.extent : 0) +
    packing;
  return { rows, columns, depth, around, width, packsA, packsB, packedLength, cost, packing };
}

/** Labels as axes, with strides in a, in b and in the result. */
const axesOfLabels = (labels: readonly Label[], split?: Split): Axis[] =>
  axesOf(
    labels.map(({ extent }) => extent),
    (['a', 'b', 'out'] as const).map((side) => labels.map((label) => label[side])),
    split,
  );

const groupsOf = (axes: readonly Axis[]): Group[] =>
  merged(axes).map(({ strides: [a = 0, b = 0, out = 0], ...axis }) => ({ ...axis, a, b, out }));

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
  const { columns, depth, packedLength } = scheduleOf(kernel);
  const size = columns.extent * depth.extent;
  return size <= 1 || (columns.b === 1 && size <= 2048) ? 0 : packedLength;
}
