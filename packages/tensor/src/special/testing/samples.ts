/** Points at which the special functions are tested and measured: seeded, the same on every engine. */
import {
  around,
  between,
  circlePoint,
  exponentialPoint,
  extremes,
  logarithmPoint,
  type Precision,
  type Scatter,
  scatter,
  signed,
  spread,
} from '../../elementary/testing/samples.ts';

type Point = (s: Scatter, i: number) => number;
type Pair = (s: Scatter, i: number) => readonly [number, number];

const anySize = (s: Scatter): number => signed(s, spread(s, s.single ? -149 : -1074, s.single ? 127 : 1023));
const subnormal = (s: Scatter): number => spread(s, s.single ? -149 : -1074, s.single ? -126 : -1022);

/** Around 0, all over [−1, 1], and ever nearer to the ends. */
const unit: Point = (s, i) => {
  if (i % 4 === 0) return between(s, -1, 1);
  if (i % 4 === 1) return signed(s, s.fit(1 - spread(s, s.single ? -24 : -53, -1)));
  if (i % 4 === 2) return signed(s, spread(s, s.single ? -149 : -1074, -1));
  return between(s, -0.75, 0.75);
};

/** Every size, both signs, and most where the curve bends. */
const line: Point = (s, i) => {
  if (i % 4 === 0) return between(s, -1.5, 1.5);
  if (i % 4 === 1) return between(s, -10, 10);
  if (i % 4 === 2) return signed(s, spread(s, -30, 30));
  return anySize(s);
};

const positive: Point = (s, i) => (i % 3 === 0 ? subnormal(s) : i % 3 === 1 ? Math.abs(anySize(s)) : between(s, 0, 10));
const fromOne: Point = (s, i) =>
  s.fit(1 + Math.abs(i % 2 === 0 ? spread(s, s.single ? -23 : -52, 10) : line(s, i >> 1)));

const errorPoint: Point = (s, i) => {
  const top = s.single ? 10.1 : 27;
  if (i % 5 === 0) return between(s, -1.2, 1.2);
  if (i % 5 === 1) return between(s, -7, 7);
  if (i % 5 === 2) return between(s, 0, top);
  if (i % 5 === 3) return around(s, signed(s, [0.5, 1, 2, 4, 6][s.next() % 5] as number)); // five
  return anySize(s);
};

const probability: Point = (s, i) => {
  if (i % 4 === 0) return between(s, 0, 1);
  if (i % 4 === 1) return s.fit(1 - spread(s, s.single ? -24 : -53, -1));
  if (i % 4 === 2) return Math.abs(spread(s, s.single ? -149 : -1074, -1));
  return s.fit(0.5 + signed(s, spread(s, s.single ? -24 : -53, -2)));
};

/** Positive numbers, closest around 1 and 2 and the seams at ½, 1½, … 8; one in three below 0. */
const gammaPoint: Point = (s, i) => {
  switch (i % 6) {
    case 0:
      return between(s, 0, 3);
    case 1:
      return between(s, 0, 12);
    case 2:
      return around(s, [0.5, 1, 1.5, 2, 2.5, 3.5, 7.5, 8][s.next() % 8] as number); // eight
    case 3:
      return Math.abs(anySize(s));
    case 4:
      return between(s, -30, 0);
    default:
      return i % 12 === 5 ? -spread(s, s.single ? -149 : -1074, 5) : s.fit(1 + signed(s, spread(s, -40, -1)));
  }
};

const points: Readonly<Record<string, Point>> = {
  cbrt: line,
  rsqrt: positive,
  exp2: (s, i) => {
    if (i % 4 === 0) return between(s, -1, 1);
    if (i % 4 === 1) return between(s, s.single ? -150 : -1075, s.single ? 128 : 1024);
    if (i % 4 === 2) return between(s, s.single ? -150 : -1075, s.single ? -125 : -1021);
    return exponentialPoint(s, i >> 2);
  },
  log2: (s, i) => logarithmPoint(s, i, 1),
  log10: (s, i) => logarithmPoint(s, i, 1),
  round: (s, i) => (i % 2 === 0 ? between(s, -100, 100) : s.fit(Math.floor(between(s, -100, 100)) + 0.5)),
  trunc: line,
  tan: circlePoint,
  arcsin: unit,
  arccos: unit,
  arctan: line,
  sinh: exponentialPoint,
  cosh: exponentialPoint,
  arcsinh: line,
  arccosh: fromOne,
  arctanh: unit,
  logit: probability,
  erf: errorPoint,
  erfc: errorPoint,
  erfinv: unit,
  lgamma: gammaPoint,
  digamma: gammaPoint,
};

const plane: Pair = (s, i) => {
  if (i % 3 === 0) return [between(s, -2, 2), between(s, -2, 2)];
  if (i % 3 === 1) return [anySize(s), anySize(s)];
  const x = anySize(s);
  return [s.fit(x * between(s, -2, 2)), x];
};

const pairs: Readonly<Record<string, Pair>> = {
  arctan2: plane,
  hypot: plane,
  logaddexp: (s, i) => {
    const x = exponentialPoint(s, i);
    return [x, i % 3 === 0 ? exponentialPoint(s, i + 1) : s.fit(x + between(s, -40, 40))];
  },
  xlogy: (s, i) => [line(s, i), logarithmPoint(s, i, 1)],
  polygamma: (s, i) => {
    const n = 1 + (s.next() % (i % 2 === 0 ? 4 : 12));
    if (i % 3 === 0) return [n, between(s, 0, 20)];
    return i % 3 === 1 ? [n, spread(s, s.single ? -8 : -50, s.single ? 8 : 60)] : [n, between(s, -20, 0)];
  },
};

export const arityOf = (name: string): 1 | 2 => (name in pairs ? 2 : 1);

/** `count` operands in turn (of two: `count` pairs), the extremes first. */
export function samples(precision: Precision, name: string, count: number, seed = 1): Float64Array {
  const s = scatter(precision, seed);
  const ends = extremes(precision);
  const pair = pairs[name];
  if (pair === undefined) {
    const point = points[name] as Point; // one of both
    return Float64Array.from({ length: count }, (_, i) => ends[i] ?? point(s, i));
  }
  const corners = name === 'polygamma' ? [] : ends.flatMap((x) => ends.map((y) => [x, y] as const));
  const out = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) out.set(corners[i] ?? pair(s, i), 2 * i);
  return out;
}
