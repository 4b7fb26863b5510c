import { check, claim, matmul, rnn, singularValues, spectralRadius, type Tensor, tensor, transpose } from 'throughline';
import { type Exercise, notYet, off, short } from '../kit.ts';

export interface Answer {
  readonly counterexample: readonly (readonly number[])[];
  readonly repaired: string;
}

const powers = 200;

const exercise: Exercise<Answer> = {
  title: 'a claim to refute',
  minutes: 20,
  hints: [
    'The spectral radius says what becomes of U^k for large k. How large a vector may grow before that, it does not say.',
    'Take a triangular matrix: its eigenvalues stand on the diagonal, whatever stands above. What does [[0.9, a], [0, 0.9]] do to a vector, for a large a?',
    'For the claim: which number of a matrix bounds by how much it stretches any vector, in one step? Norms of products are at most products of norms, and |tanh′| ≤ 1.',
  ],
  check({ counterexample, repaired }) {
    const largest = refuteWith(counterexample);
    const form = /^\s*(‖∂h\[T\]\/∂h\[t\]‖|norm\(d h\[T\]\/d h\[t\]\))\s*(≤|<=)(.*)$/.exec(repaired);
    if (!form) notYet('the repaired claim must start with ‖∂h[T]/∂h[t]‖ ≤ and change only what follows.');
    const { verdict, reason } = check(rnn, claim(repaired));
    if (verdict === 'refuted') notYet(`the repaired claim is refuted: ${reason}`);
    if (verdict !== 'proved') {
      notYet(
        `the repaired claim is ${verdict}, not proved: ${reason} A bound that holds wherever it was computed may still be false elsewhere.`,
      );
    }
    return `ρ(U) ≤ 0.9, and yet a gradient may grow ${short(largest.norm)}-fold over ${largest.k} steps. Your claim is proved: ${reason} In the lesson this is claim 3.`;
  },
};
export default exercise;

/** The largest ‖U^k‖ of a matrix that refutes the claim. */
function refuteWith(rows: readonly (readonly number[])[]): { norm: number; k: number } {
  if (rows.length !== 2 || rows.some((row) => row.length !== 2)) notYet('the counterexample is not a 2 × 2 matrix.');
  const U = tensor(rows.map((row) => [...row]));
  const radius = spectralRadius(U).item();
  if (!(radius <= 0.9 + 1e-12)) notYet(`ρ(U) is ${short(radius)}: that the gradient may grow then, nobody denied.`);
  let largest = { norm: 0, k: 0 };
  let power: Tensor = U;
  for (let k = 1; k <= powers; k++, power = matmul(power, U)) {
    const norm = singularValues(power).data[0] ?? 0;
    if (norm > largest.norm) largest = { norm, k };
  }
  if (largest.norm >= 10) return largest;
  const normal = off(matmul(U, transpose(U)), matmul(transpose(U), U)) < 1e-9;
  const why = normal
    ? 'This U is normal, U Uᵀ = Uᵀ U, and of such matrices ‖U^k‖ is exactly ρ(U)^k: for them the claim is true.'
    : 'You are on the way: what stands beside the diagonal has to be larger.';
  notYet(`ρ(U) is ${short(radius)}; the largest ‖U^k‖ is ${short(largest.norm)}, at k = ${largest.k}. ${why}`);
}
