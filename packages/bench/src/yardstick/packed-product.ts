import {
  callTile,
  type Flavor,
  type FunctionIndex,
  type Local,
  type Module,
  tile,
  tileColumns,
} from '@throughline/compiler/internals';

interface Packed {
  readonly depth: number;
  readonly columns: number;
  readonly aRow: number;
  readonly outRow: number;
  readonly goesOn: boolean;
}

/** out (+)= a · packed panels: (a, packed, out, rows). A slice of a panel stays in the first cache. */
export function packedProduct(
  module: Module,
  flavor: Flavor,
  { depth, columns, aRow, outRow, goesOn }: Packed,
): FunctionIndex {
  const { bytes } = flavor;
  const width = tileColumns(flavor);
  const slices = depth <= 384 ? 1 : Math.ceil(depth / 256);
  const slice = Math.ceil(depth / slices);
  return module.function({ parameters: ['i32', 'i32', 'i32', 'i32'], results: [] }, (code, parameters) => {
    const [a, packed, out, rows] = parameters as [Local, Local, Local, Local]; // four
    const panel = code.local('i32');
    for (let k = 0; k < depth; k += slice) {
      const multiply = (count: number): void =>
        callTile(code, tile(module, flavor, count, false, true), {
          a: () =>
            code
              .get(a)
              .i32(k * bytes)
              .op('i32Add'),
          aRow: () => code.i32(aRow * bytes),
          aDepth: () => code.i32(bytes),
          b: () =>
            code
              .get(packed)
              .i32(k * count * bytes)
              .op('i32Add')
              .get(panel)
              .i32(width * depth * bytes)
              .op('i32Mul')
              .op('i32Add'),
          bDepth: () => code.i32(count * bytes),
          depth: () => code.i32(Math.min(slice, depth - k)),
          out: () =>
            code
              .get(out)
              .get(panel)
              .i32(width * bytes)
              .op('i32Mul')
              .op('i32Add'),
          outRow: () => code.i32(outRow * bytes),
          outColumn: () => code.i32(bytes),
          rows: () => code.get(rows),
          goesOn: () => code.i32(goesOn || k > 0 ? 1 : 0),
        });
      const full = Math.floor(columns / width);
      code.count(panel, 0, full, 1, () => multiply(width));
      if (columns > full * width) {
        code.i32(full).set(panel);
        multiply(columns - full * width);
      }
    }
  });
}
