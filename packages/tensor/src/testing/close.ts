import { formatShape, formatType, sameType } from '../shape.ts';
import { Tensor } from '../tensor.ts';

type Values = Tensor | ArrayLike<number>;

const valuesOf = (x: Values): ArrayLike<number> => (x instanceof Tensor ? x.concrete('close').storage : x);

/**
 * The largest |a − b| / (1 + |b|) over the elements; 0 where there are none. Equal infinities and two NaNs deviate by 0, any
 * other non-finite pair by ∞, as do different lengths.
 *
 * @example maxDeviation([1, 2], [1, 2.5])   // 0.14285714285714285
 */
export function maxDeviation(a: Values, b: Values): number {
  const [x, y] = [valuesOf(a), valuesOf(b)];
  if (x.length !== y.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < x.length; i++) worst = Math.max(worst, deviation(Number(x[i]), Number(y[i])));
  return worst;
}

function deviation(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const relative = Math.abs(a - b) / (1 + Math.abs(b));
  return Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative;
}

/**
 * The same bits: −0 is not +0, but all NaNs are one value. Two tensors must have the same type as well.
 *
 * @example bitEqual([0, NaN], [0, NaN])   // true
 * @example bitEqual([0], [-0])   // false
 */
export const bitEqual = (a: Values, b: Values): boolean => firstDifference(a, b) === null;

/**
 * Where `bitEqual` fails first, in words; null where it holds.
 *
 * @example firstDifference([1, 0], [1, -0])   // element 1 of 2: 0 and -0
 */
export function firstDifference(a: Values, b: Values): string | null {
  if (a instanceof Tensor && b instanceof Tensor && !sameType(a, b)) return `${formatType(a)} and ${formatType(b)}`;
  const [x, y] = [valuesOf(a), valuesOf(b)];
  if (x.length !== y.length) return `${x.length} elements and ${y.length}`;
  for (let i = 0; i < x.length; i++) {
    if (!Object.is(x[i], y[i])) return `${placeOf(a, i, x.length)}: ${show(x[i])} and ${show(y[i])}`;
  }
  return null;
}

const show = (x: number | undefined): string => (Object.is(x, -0) ? '-0' : String(x));

function placeOf(x: Values, flat: number, length: number): string {
  if (!(x instanceof Tensor)) return `element ${flat} of ${length}`;
  const index: number[] = [];
  let rest = flat;
  for (const extent of x.shape.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return `at ${formatShape(index)}`;
}
