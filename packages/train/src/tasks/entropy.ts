import { log } from '@throughline/autograd';

/** The natural logarithm of a number, by our own polynomials: the same bits everywhere. */
export const ln = (x: number): number => log(x).item();

/** −Σ p ln p, in nats; what never happens costs nothing. */
export const entropy = (probabilities: readonly number[]): number =>
  probabilities.reduce((total, p) => (p > 0 ? total - p * ln(p) : total), 0);
