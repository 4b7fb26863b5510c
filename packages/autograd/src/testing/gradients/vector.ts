/** A point or direction in the space of some leaves: one array per leaf. */
export type Vector = readonly Float64Array[];

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  a.forEach((leaf, k) => {
    const other = b[k];
    if (other !== undefined) for (let i = 0; i < leaf.length; i++) sum += (leaf[i] ?? 0) * (other[i] ?? 0);
  });
  return sum;
}

export const norm = (a: Vector): number => Math.sqrt(dot(a, a));

/** a·x + b·y. */
export const combine = (a: number, x: Vector, b: number, y: Vector): Vector =>
  x.map((leaf, k) => leaf.map((value, i) => a * value + b * (y[k]?.[i] ?? 0)));

export const distance = (a: Vector, b: Vector): number => norm(combine(1, a, -1, b));

export const isFiniteVector = (a: Vector): boolean => a.every((leaf) => leaf.every(Number.isFinite));

/** A seeded source of numbers in [0, 1), so that a failure repeats: Mulberry32 (T. Ettinger, public domain). */
export function uniforms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** ±[¼, 1): never so small that an entry goes unchecked. */
export const entry = (next: () => number): number => (next() < 0.5 ? -1 : 1) * (0.25 + 0.75 * next());
