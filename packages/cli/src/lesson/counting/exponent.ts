/** The exponent of a power law through the points: the slope of ln y over ln x, by least squares. */
export function exponentOf(xs: readonly number[], ys: readonly number[]): number {
  const [us, vs] = [xs.map(Math.log), ys.map(Math.log)];
  const [u, v] = [meanOf(us), meanOf(vs)];
  return meanOf(us.map((x, i) => (x - u) * ((vs[i] ?? Number.NaN) - v))) / meanOf(us.map((x) => (x - u) ** 2));
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
