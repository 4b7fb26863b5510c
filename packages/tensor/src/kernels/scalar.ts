import { float32, float64 } from '../elementary/index.ts';

/** One map on one element, per dtype. A dtype that is missing is one the map is not defined for. */
export interface ScalarForms<F> {
  readonly float64: F;
  readonly float32: F;
  readonly int32?: F;
  readonly bool?: F;
}

type Unary = (x: number) => number;
type Binary = (x: number, y: number) => number;

/** The same formula on both floats, rounded to float32 there; right for one correctly rounded operation. */
const rounded1 = (f: Unary) => ({ float64: f, float32: (x: number) => Math.fround(f(x)) });
const rounded2 = (f: Binary) => ({ float64: f, float32: (x: number, y: number) => Math.fround(f(x, y)) });
/** The same formula on every dtype, exact on each. */
const exact1 = (f: Unary) => ({ float64: f, float32: f, int32: f, bool: f });
const exact2 = (f: Binary) => ({ float64: f, float32: f, int32: f, bool: f });

/** ⌊x / y⌋ from the exact remainder, as NumPy defines it: (x − r) / y is within half of an integer. */
function floorDivFloat(round: Unary, x: number, y: number): number {
  if (y === 0) return round(x / y);
  const r = x % y;
  let quotient = round(round(x - r) / y);
  if (r !== 0 && r < 0 !== y < 0) quotient = round(quotient - 1);
  if (quotient === 0) return (x / y) * 0; // the sign of x / y, also when it underflows
  const below = Math.floor(quotient);
  return quotient - below > 0.5 ? round(below + 1) : below;
}

/** x − ⌊x / y⌋·y without the cancellation: the exact remainder, moved to the sign of y. */
function remainderFloat(round: Unary, x: number, y: number): number {
  const r = x % y;
  if (r === 0) return y < 0 ? -0 : 0;
  return r < 0 !== y < 0 ? round(r + y) : r;
}

const identity: Unary = (x) => x;

/** ⌊x / y⌋; 0 when y is 0, and −2³¹ / −1 wraps, as in NumPy. */
const floorDivInt32: Binary = (x, y) => (y === 0 ? 0 : Math.floor(x / y) | 0);

/** With the sign of y; 0 when y is 0, as in NumPy. */
function remainderInt32(x: number, y: number): number {
  if (y === 0) return 0;
  const r = (x % y) | 0;
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
}

/** What every unary map does to one element: the definition that the loops are tested against. */
export const unaryScalars = {
  neg: { float64: (x) => -x, float32: (x) => -x, int32: (x) => -x | 0 },
  abs: { float64: Math.abs, float32: Math.abs, int32: (x) => Math.abs(x) | 0 },
  /** Math.sign(±0) = ±0, Math.sign(NaN) = NaN. */
  sign: { float64: Math.sign, float32: Math.sign, int32: Math.sign },
  sqrt: rounded1(Math.sqrt),
  square: { ...rounded1((x) => x * x), int32: (x) => Math.imul(x, x) },
  reciprocal: rounded1((x) => 1 / x),
  floor: { float64: Math.floor, float32: Math.floor },
  ceil: { float64: Math.ceil, float32: Math.ceil },
  /** Math.max(x, +0): NaN stays, −0 becomes +0. */
  relu: { float64: (x) => Math.max(x, 0), float32: (x) => Math.max(x, 0), int32: (x) => Math.max(x, 0) },
  exp: { float64: float64.exp, float32: float32.exp },
  log: { float64: float64.log, float32: float32.log },
  log1p: { float64: float64.log1p, float32: float32.log1p },
  expm1: { float64: float64.expm1, float32: float32.expm1 },
  sin: { float64: float64.sin, float32: float32.sin },
  cos: { float64: float64.cos, float32: float32.cos },
  tanh: { float64: float64.tanh, float32: float32.tanh },
  sigmoid: { float64: float64.sigmoid, float32: float32.sigmoid },
  softplus: { float64: float64.softplus, float32: float32.softplus },
  /** 1 when neither NaN nor infinite. */
  isFinite: exact1((x) => (x - x === 0 ? 1 : 0)),
  logicalNot: exact1((x) => (x === 0 ? 1 : 0)),
} satisfies Record<string, ScalarForms<Unary>>;

/** What every binary map does to a pair of elements. */
export const binaryScalars = {
  add: { ...rounded2((x, y) => x + y), int32: (x, y) => (x + y) | 0 },
  sub: { ...rounded2((x, y) => x - y), int32: (x, y) => (x - y) | 0 },
  mul: { ...rounded2((x, y) => x * y), int32: Math.imul },
  div: rounded2((x, y) => x / y),
  pow: { float64: float64.pow, float32: float32.pow },
  /** NaN when either is NaN; −0 < +0, as WebAssembly's max and min. */
  maximum: { float64: Math.max, float32: Math.max, int32: Math.max },
  minimum: { float64: Math.min, float32: Math.min, int32: Math.min },
  floorDiv: {
    float64: (x, y) => floorDivFloat(identity, x, y),
    float32: (x, y) => floorDivFloat(Math.fround, x, y),
    int32: floorDivInt32,
  },
  remainder: {
    float64: (x, y) => remainderFloat(identity, x, y),
    float32: (x, y) => remainderFloat(Math.fround, x, y),
    int32: remainderInt32,
  },
  equal: exact2((x, y) => (x === y ? 1 : 0)),
  notEqual: exact2((x, y) => (x !== y ? 1 : 0)),
  less: exact2((x, y) => (x < y ? 1 : 0)),
  lessEqual: exact2((x, y) => (x <= y ? 1 : 0)),
  greater: exact2((x, y) => (x > y ? 1 : 0)),
  greaterEqual: exact2((x, y) => (x >= y ? 1 : 0)),
  logicalAnd: exact2((x, y) => (x !== 0 && y !== 0 ? 1 : 0)),
  logicalOr: exact2((x, y) => (x !== 0 || y !== 0 ? 1 : 0)),
} satisfies Record<string, ScalarForms<Binary>>;
