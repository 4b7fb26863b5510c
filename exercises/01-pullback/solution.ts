import { add, customVjp, mul, sigmoid, sub, type Tensor } from 'throughline';

/** Both factors of x · σ(x) move with x: ȳ ⊙ (σ + x ⊙ σ ⊙ (1 − σ)). */
export const swish = customVjp(
  (x: Tensor) => mul(x, sigmoid(x)),
  (ct, { inputs: [x] }) => {
    const s = sigmoid(x);
    return [mul(ct, add(s, mul(x, mul(s, sub(1, s)))))];
  },
);
