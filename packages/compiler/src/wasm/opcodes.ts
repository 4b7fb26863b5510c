/** Value types, as the binary format writes them. */
export const types = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

/** A first opcode, a shape, and what it does in this and the opcodes that follow; `-` is one that nobody uses. */
type Row = readonly [first: number, shape: string, names: string];

type Names<Shape extends string, Rest extends string> = Rest extends `${infer Name} ${infer More}`
  ? `${Shape}${Exclude<Name, '-'>}` | Names<Shape, More>
  : `${Shape}${Rest}`;
type NamesOf<Row> = Row extends readonly [number, infer Shape extends string, infer Rest extends string]
  ? Names<Shape, Rest>
  : never;
/** Names of the specification in camelCase. */
type NamesIn<Rows extends readonly Row[]> = NamesOf<Rows[number]>;

const opcodes = <const Rows extends readonly Row[]>(rows: Rows) =>
  Object.fromEntries(
    rows.flatMap(([first, shape, names]) =>
      names.split(' ').flatMap((name, i) => (name === '-' ? [] : [[shape + name, first + i] as const])),
    ),
  ) as Record<NamesIn<Rows>, number>; // as the rows spell them

// opcodes of SIMD (0xfd) and of atomics (0xfe) have a prefix: here above the lower 16 bits

/** Instructions without immediates. From 0xfd0105 on SIMD is relaxed: fused or not, as the machine likes. */
export const op = opcodes([
  [0x00, '', 'unreachable'],
  [0x0f, '', 'return'],
  [0x1a, '', 'drop'],
  [0x1b, '', 'select'],
  [0x45, 'i32', 'Eqz Eq Ne LtS LtU GtS - - - GeS'],
  [0x63, 'f64', 'Lt Gt Le Ge'],
  [0x6a, 'i32', 'Add Sub Mul DivS DivU RemS RemU And Or Xor Shl - ShrU'],
  [0x99, 'f64', 'Abs'],
  [0xa0, 'f64', 'Add Sub Mul - - - Copysign'],
  [0xb6, 'f32', 'DemoteF64'],
  [0xbb, 'f64', 'PromoteF32'],
  [0xfd0011, 'i32x4', 'Splat'],
  [0xfd0037, 'i32x4', 'Eq Ne LtS - GtS - LeS - GeS'],
  [0xfd0041, 'f32x4', 'Eq Ne Lt Gt Le Ge'],
  [0xfd0047, 'f64x2', 'Eq Ne Lt Gt Le Ge'],
  [0xfd004d, 'v128', 'Not And Andnot Or Xor Bitselect'],
  [0xfd005e, 'f32x4', 'DemoteF64x2Zero'],
  [0xfd005f, 'f64x2', 'PromoteLowF32x4'],
  [0xfd0067, 'f32x4', 'Ceil Floor'],
  [0xfd0074, 'f64x2', 'Ceil Floor'],
  [0xfd00a0, 'i32x4', 'Abs Neg - - Bitmask'],
  [0xfd00ab, 'i32x4', 'Shl - ShrU Add - - Sub - - - Mul MinS - MaxS'],
  [0xfd00c7, 'i64x2', 'ExtendLowI32x4S - - - Shl - ShrU'],
  [0xfd00e0, 'f32x4', 'Abs Neg - Sqrt Add Sub Mul Div Min Max Pmin Pmax'],
  [0xfd00ec, 'f64x2', 'Abs Neg - Sqrt Add Sub Mul Div Min Max Pmin Pmax'],
  [0xfd00f8, 'i32x4', 'TruncSatF32x4S'],
  [0xfd00fa, 'f32x4', 'ConvertI32x4S'],
  [0xfd00fc, 'i32x4', 'TruncSatF64x2SZero'],
  [0xfd00fe, 'f64x2', 'ConvertLowI32x4S'],
  [0xfd0105, 'f32x4', 'RelaxedMadd RelaxedNmadd'],
  [0xfd0107, 'f64x2', 'RelaxedMadd RelaxedNmadd'],
]);

/** Loads and stores: an address on the stack, and an offset. */
export const access = opcodes([
  [0x28, '', 'i32Load i64Load'],
  [0x36, '', 'i32Store i64Store'],
  [0xfd0000, 'v128', 'Load'],
  [0xfd0009, 'v128', 'Load32Splat Load64Splat Store'],
  [0xfd005c, 'v128', 'Load32Zero Load64Zero'],
  [0xfe0000, 'i32Atomic', 'Notify'],
  [0xfe0010, 'i32Atomic', 'Load'],
  [0xfe001e, 'i32Atomic', 'Add'],
]);

/** One lane of a vector, as an immediate. */
export const lane = opcodes([
  [0xfd001b, 'i32x4', 'Extract Replace'],
  [0xfd001f, 'f32x4', 'Extract Replace'],
  [0xfd0021, 'f64x2', 'Extract Replace'],
]);

/** A lane between a vector and memory: access, then the lane. */
export const laneAccess = opcodes([[0xfd0056, 'v128', 'Load32Lane Load64Lane - - Store32Lane Store64Lane']]);

export type Op = keyof typeof op;
export type AccessOp = keyof typeof access;
export type LaneOp = keyof typeof lane;
export type LaneAccessOp = keyof typeof laneAccess;
