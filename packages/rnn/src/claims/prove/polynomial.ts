import { type Dyadic, one, plus, times } from './dyadic.ts';

/** Atoms with their powers, by ascending id: `3^1 7^2`. The empty monomial is 1. */
export type Monomial = ReadonlyMap<number, number>;

/** A sum of monomials with exact coefficients, element by element over tensors of one shape. */
export type Polynomial = ReadonlyMap<string, { readonly factors: Monomial; readonly coefficient: Dyadic }>;

export const keyOf = (factors: Monomial): string =>
  [...factors]
    .sort(([a], [b]) => a - b)
    .map(([id, power]) => `${id}^${power}`)
    .join(' ');

export const atom = (id: number): Polynomial => single(new Map([[id, 1]]), one);

export const single = (factors: Monomial, coefficient: Dyadic): Polynomial =>
  new Map(coefficient.n === 0n ? [] : [[keyOf(factors), { factors, coefficient }]]);

export const number = (value: Dyadic): Polynomial => single(new Map(), value);

export function sum(...all: readonly Polynomial[]): Polynomial {
  const result = new Map<string, { factors: Monomial; coefficient: Dyadic }>();
  for (const [key, { factors, coefficient }] of all.flatMap((one_) => [...one_])) {
    const total = plus(result.get(key)?.coefficient ?? { n: 0n, e: 0 }, coefficient);
    if (total.n === 0n) result.delete(key);
    else result.set(key, { factors, coefficient: total });
  }
  return result;
}

export function product(a: Polynomial, b: Polynomial): Polynomial {
  const terms = [...a.values()].flatMap((left) =>
    [...b.values()].map((right) =>
      single(join(left.factors, right.factors), times(left.coefficient, right.coefficient)),
    ),
  );
  return sum(...terms);
}

export const negated = (a: Polynomial): Polynomial => product(number({ n: -1n, e: 0 }), a);

function join(a: Monomial, b: Monomial): Monomial {
  const factors = new Map(a);
  for (const [id, power] of b) factors.set(id, (factors.get(id) ?? 0) + power);
  return factors;
}

/** One text per polynomial. */
export const textOf = (a: Polynomial): string =>
  [...a]
    .map(
      ([
        key,
        {
          coefficient: { n, e },
        },
      ]) => `${n}p${e}[${key}]`,
    )
    .sort()
    .join('+');

/** The number that a polynomial is, if it is one. */
export function constantIn(a: Polynomial): Dyadic | undefined {
  if (a.size === 0) return { n: 0n, e: 0 };
  return a.size === 1 ? a.get('')?.coefficient : undefined;
}
