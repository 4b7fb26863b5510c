import { add, at, foldIn, key, matmul, mul, normal, slice, square, sub, tanh, transpose } from '@throughline/autograd';
import { diag } from '@throughline/autograd/arrays';
import { matrixPower } from '@throughline/autograd/linalg';
import { defineCell, elman, type ParamsOf, param, rnn, unroll } from '@throughline/rnn';
import { total } from '@throughline/rnn/analysis';
import { eye, type Tensor, tensor, zeros } from '@throughline/tensor';
import { globalNorm } from '@throughline/train';
import type { Work } from '../claim.ts';

/** Relative errors ‖candidate − true‖ / ‖true‖. */
export interface Jacobians {
  /** Of the gradient of a scalar net from 0.9^k, 1^k and 1.1^k, over k. */
  readonly scalar: number;
  /** Of products of diag(tanh′)·Uᵀ, the largest over all distances. */
  readonly exact: number;
  /** Of two runs that start apart, by central differences, from the Jacobian: no derivative rule in it. */
  readonly differences: number;
  /** Of (Uᵀ)^k·diag(tanh′), by distance k = 1…T. */
  readonly approximation: readonly number[];
  /** The same where inputs and states are a hundredth as large. */
  readonly nearlyLinear: readonly number[];
  /** Of one step: the orders and transposes of diag(tanh′) and the matrix. */
  readonly ours: Orders;
  /** The same for x′ = W tanh(x) + V u, columns, as in Pascanu et al. 2013. */
  readonly theirs: Orders;
  /** Of the printed Wᵀ·diag(tanh′) when W is symmetric, where it must not matter. */
  readonly symmetric: number;
}

/** The four ways to write one step's Jacobian. */
export interface Orders {
  readonly matrixThenSlope: number;
  readonly transposeThenSlope: number;
  readonly slopeThenMatrix: number;
  readonly slopeThenTranspose: number;
}

const sizes = { full: { T: 40, H: 24 }, test: { T: 6, H: 4 } };
/** Derivatives of one seed's nets against what is said of them. */
export async function measureJacobians(seed: number, work: Work): Promise<Jacobians> {
  const scalar = scalarError(work);
  await work.turn();
  const net = sameNet(seed, work, 1);
  work.progress(0.4);
  await work.turn();
  const { approximation: nearlyLinear } = sameNet(seed, work, 0.01);
  work.progress(0.8);
  await work.turn();
  const H = sizes[work.budget].H;
  const W = normal(foldIn(key(seed), 9), [H, H]);
  return {
    scalar,
    ...net,
    nearlyLinear,
    theirs: theirStep(W, seed),
    symmetric: theirStep(add(W, transpose(W)), seed).transposeThenSlope,
  };
}

const apart = (a: Tensor, b: Tensor): number => globalNorm([sub(a, b)]).item() / globalNorm([b]).item();

/** The largest relative error of a scalar net's gradient from the power, taken by multiplying. */
function scalarError(work: Work): number {
  const steps = work.budget === 'full' ? 100 : 10;
  const line = elman({ name: 'line', activation: (x) => x });
  const errors = [0.9, 1, 1.1].flatMap((w) => {
    const { h } = unroll(
      line,
      { h: { W: zeros([1, 1]), U: tensor([[w]]), b: zeros([1]) } },
      zeros([steps, 1, 1]),
    ).lines;
    let power = 1;
    return Array.from({ length: steps }, (_, k) => {
      power *= w;
      const exact = power;
      return Math.abs(
        total(h.at(k + 1), h.at(0))
          .matrix()
          .item() /
          exact -
          1,
      );
    });
  });
  return Math.max(...errors);
}

/** An Elman net's Jacobians ∂h[T]/∂h[t] against products, for inputs and states of a given size. */
function sameNet(seed: number, work: Work, size: number) {
  const { T, H } = sizes[work.budget];
  const from = key(seed);
  const params = rnn.init(foldIn(from, 1), { I: 2, H });
  const scaled = { h: { ...params.h, b: mul(params.h.b, size) } };
  const xs = mul(normal(foldIn(from, 2), [T, 1, 2]), size);
  const start = { h: mul(normal(foldIn(from, 3), [1, H]), size) };
  const { h } = unroll(rnn, scaled, xs, { from: start }).lines;
  const { U } = scaled.h;
  const Ut = transpose(U);
  /** diag(tanh′) of the step that ends at t. */
  const slope = (t: number): Tensor => diag(sub(1, square(at(h.at(t), 0))));
  let product = eye(H);
  const errors: number[] = [];
  const approximation: number[] = [];
  for (let t = T - 1; t >= 0; t--) {
    product = matmul(product, matmul(slope(t + 1), Ut));
    const jacobian = total(h.at(T), h.at(t)).matrix();
    errors.push(apart(product, jacobian));
    approximation.push(apart(matmul(matrixPower(Ut, T - t), slope(t + 1)), jacobian));
  }
  const one = total(h.at(T), h.at(T - 1)).matrix();
  return {
    exact: Math.max(...errors),
    approximation,
    differences: differences(scaled, xs, start, size),
    ours: orders(U, slope(T), one),
  };
}

/** How far ∂h[4]/∂h[0]·v is from a central difference of two runs, relative to its length. */
function differences(
  params: ParamsOf<typeof rnn.params>,
  xs: Tensor,
  start: { readonly h: Tensor },
  size: number,
): number {
  const inputs = slice(xs, [0, 0, 0], [4, 1, 2]);
  const direction = normal(key(5), start.h.shape);
  const step = 1e-6 * size;
  const end = (by: number): Tensor =>
    unroll(rnn, params, inputs, { from: { h: add(start.h, mul(direction, by)) } }).last.h;
  const slope = mul(sub(end(step), end(-step)), 1 / (2 * step));
  const { h } = unroll(rnn, params, inputs, { from: start }).lines;
  return apart(slope, total(h.at(4), h.at(0)).jvp(direction));
}

/** Errors of the four ways to write a step's Jacobian. */
const orders = (matrix: Tensor, slope: Tensor, jacobian: Tensor): Orders => ({
  matrixThenSlope: apart(matmul(matrix, slope), jacobian),
  transposeThenSlope: apart(matmul(transpose(matrix), slope), jacobian),
  slopeThenMatrix: apart(matmul(slope, matrix), jacobian),
  slopeThenTranspose: apart(matmul(slope, transpose(matrix)), jacobian),
});

/** One step of x′ = W tanh(x) + u with columns: each of our rows is one of their columns. */
function theirStep(W: Tensor, seed: number): Orders {
  const pascanu = defineCell({
    name: 'pascanu',
    params: { W: param('HH') },
    state: ['x_'],
    step: (p, { x_ }, x) => {
      const next = add(transpose(matmul(p.W, transpose(tanh(x_)))), x);
      return { state: { x_: next }, out: next };
    },
  });
  const [, H] = W.shape as [number, number]; // a matrix
  const from = { x_: normal(foldIn(key(seed), 10), [1, H]) };
  const { x_ } = unroll(pascanu, { W }, normal(foldIn(key(seed), 11), [1, 1, H]), { from }).lines;
  const slope = diag(sub(1, square(tanh(at(x_.at(0), 0)))));
  return orders(W, slope, total(x_.at(1), x_.at(0)).matrix());
}
