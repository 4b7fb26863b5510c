/** Value types, as the binary format writes them. */
export const types = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

/** Opcodes of SIMD, of atomics and of saturating conversions (0xfc) have a prefix: here above the lower 16 bits. */
const simd = (code: number): number => 0xfd0000 | code;
const atomic = (code: number): number => 0xfe0000 | code;

/**
 * Instructions without immediates: a first opcode, a shape, and what it does in this and the opcodes that follow; `-` is one
 * that nobody uses. From 0x105 on SIMD is relaxed: fused or not, as the machine likes.
 */
const rows = [
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
  [0xfd004d, 'v128', 'Not And Andnot Or Xor Bitselect AnyTrue'],
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
] as const;

type Names<Shape extends string, Rest extends string> = Rest extends `${infer Name} ${infer More}`
  ? `${Shape}${Exclude<Name, '-'>}` | Names<Shape, More>
  : `${Shape}${Rest}`;
type NamesOf<Row> = Row extends readonly [number, infer Shape extends string, infer Rest extends string]
  ? Names<Shape, Rest>
  : never;
/** Names of the specification in camelCase. */
export type Op = NamesOf<(typeof rows)[number]>;

/** The opcode of every instruction without immediates. */
export const op = Object.fromEntries(
  rows.flatMap(([first, shape, rest]) =>
    rest.split(' ').flatMap((name, i) => (name === '-' ? [] : [[shape + name, first + i] as const])),
  ),
) as Record<Op, number>; // as Op spells them

/** Loads and stores: an address on the stack, and an offset. The number after the opcode is the alignment, log₂ of bytes. */
export const access = {
  i32Load: [0x28, 2],
  i64Load: [0x29, 3],
  i32Store: [0x36, 2],
  i64Store: [0x37, 3],
  // vectors need not be aligned, and an honest hint costs nothing
  v128Load: [simd(0), 2],
  v128Load32Splat: [simd(9), 2],
  v128Load64Splat: [simd(10), 3],
  v128Store: [simd(11), 2],
  v128Load32Zero: [simd(92), 2],
  v128Load64Zero: [simd(93), 2],
  i32AtomicWait: [atomic(1), 2],
  i32AtomicNotify: [atomic(0), 2],
  i32AtomicLoad: [atomic(0x10), 2],
  i32AtomicAdd: [atomic(0x1e), 2],
} as const satisfies Record<string, readonly [number, number]>;

/** One lane of a vector, as an immediate. */
export const lane = {
  i32x4Extract: simd(27),
  i32x4Replace: simd(28),
  f32x4Extract: simd(31),
  f32x4Replace: simd(32),
  f64x2Extract: simd(33),
  f64x2Replace: simd(34),
} as const;

/** A lane between a vector and memory: access, then the lane. */
export const laneAccess = {
  v128Load32Lane: [simd(86), 2],
  v128Load64Lane: [simd(87), 3],
  v128Store32Lane: [simd(90), 2],
  v128Store64Lane: [simd(91), 3],
} as const satisfies Record<string, readonly [number, number]>;

export type AccessOp = keyof typeof access;
export type LaneOp = keyof typeof lane;
export type LaneAccessOp = keyof typeof laneAccess;
