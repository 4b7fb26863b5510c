import { affine, cos, defineCell, gate, matmul, mean, param, sqrt, square, sub, tanh } from 'throughline';

const EPSILON = 1e-5;

/**
 * A cell that nobody has a kernel for: input and state meet in a product beside their sum (multiplicative integration,
 * Wu et al. 2016), a squared cosine says how much is rewritten, and each row of the state is scaled to mean square 1.
 */
export const cosineCell = defineCell({
  name: 'cosine-cell',
  params: {
    m: { W: param('IH'), U: param('HH'), alpha: param('H'), beta: param('H'), gamma: param('H'), b: param('H') },
    r: gate(),
  },
  state: ['h'],
  step(p, { h }, x) {
    const [input, state] = [matmul(x, p.m.W), matmul(h, p.m.U)];
    const sums = p.m.beta.mul(input).add(p.m.gamma.mul(state)).add(p.m.b);
    const candidate = tanh(p.m.alpha.mul(input).mul(state).add(sums));
    const rewrite = square(cos(affine(p.r, x, h)));
    const mixed = sub(1, rewrite).mul(h).add(rewrite.mul(candidate));
    const hNext = mixed.div(sqrt(mean(square(mixed), 1, { keepDims: true }).add(EPSILON)));
    return { state: { h: hNext }, out: hNext, taps: { rewrite } };
  },
});
