import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { einsum } from '../../arrays/index.ts';
import * as t from '../../index.ts';
import { equivalent, normalForms, parseProgram } from '../index.ts';

// Columns of tensors: what each letter of a case stands for.
const shapes: Readonly<Record<string, readonly number[]>> = {
  m: [2, 3],
  n: [2, 3],
  w: [3, 3],
  u: [3, 2],
  v: [3],
  s: [],
};
type Letters = { readonly [letter in 'm' | 'n' | 'w' | 'u' | 'v' | 's']: Tensor };
type F = (x: Letters) => Tensor | readonly Tensor[];

const examples = Object.fromEntries(
  Object.entries(shapes).map(([key, shape]) => [key, full(shape, 1)]),
) as unknown as Letters; // one per letter
const programOf = (f: F): t.Program => t.trace((x: Letters) => f(x), examples);
const prove = (f: F, g: F) => equivalent(programOf(f), programOf(g));

const { add, sub, mul, div, neg, sigmoid, tanh, exp, log, sqrt, square, matmul, transpose, sum, where, greater, less } =
  t;

/** Pairs that are equal. */
const equal: Readonly<Record<string, readonly [F, F]>> = {
  '1 − (1 − f) = f': [({ m }) => sub(1, sub(1, m)), ({ m }) => m],
  '(a + b)² = a² + 2ab + b²': [
    ({ m, n }) => square(add(m, n)),
    ({ m, n }) => add(add(square(m), mul(2, mul(n, m))), t.pow(n, 2)),
  ],
  '(a + b)(a − b) = a² − b²': [({ m, n }) => mul(add(m, n), sub(m, n)), ({ m, n }) => sub(square(m), square(n))],
  'a + (b + c) = (c + a) + b': [({ m, n, v }) => add(m, add(n, v)), ({ m, n, v }) => add(add(v, m), n)],
  'σ(−x) = 1 − σ(x)': [({ m }) => sigmoid(neg(m)), ({ m }) => sub(1, sigmoid(m))],
  'σ(y − x) = 1 − σ(x − y)': [({ m, n }) => sigmoid(sub(n, m)), ({ m, n }) => sub(1, sigmoid(sub(m, n)))],
  'tanh(x) = 2σ(2x) − 1': [({ m }) => tanh(m), ({ m }) => sub(mul(2, sigmoid(mul(2, m))), 1)],
  'tanh(x) = (e²ˣ − 1) / (e²ˣ + 1)': [
    ({ m }) => tanh(m),
    ({ m }) => div(sub(exp(mul(2, m)), 1), add(exp(mul(2, m)), 1)),
  ],
  'σ(x) = 1 / (1 + e⁻ˣ)': [({ m }) => sigmoid(m), ({ m }) => div(1, add(1, exp(neg(m))))],
  'tanh′ = 1 − tanh²': [({ m }) => t.vjp(tanh, m).pullback(full([2, 3], 1)), ({ m }) => sub(1, square(tanh(m)))],
  'σ′ = σ(x) σ(−x)': [
    ({ m }) => t.vjp(sigmoid, m).pullback(full([2, 3], 1)),
    ({ m }) => mul(sigmoid(m), sigmoid(neg(m))),
  ],
  'softplus′ = σ, softplus(x) − softplus(−x) = x': [
    ({ m }) => [t.vjp(t.softplus, m).pullback(full([2, 3], 1)), sub(t.softplus(m), t.softplus(neg(m)))],
    ({ m }) => [sigmoid(m), m],
  ],
  'sin² + cos² = 1': [({ m }) => add(square(t.sin(m)), square(t.cos(m))), () => full([2, 3], 1)],
  'eᵃ eᵇ = eᵃ⁺ᵇ, log eᵃ = a': [({ m, n }) => [mul(exp(m), exp(n)), log(exp(m))], ({ m, n }) => [exp(add(n, m)), m]],
  '√x √x = x, x / √x = √x': [({ m }) => [mul(sqrt(m), sqrt(m)), div(m, sqrt(m))], ({ m }) => [m, sqrt(m)]],
  'a/(a + b) + b/(a + b) = 1': [({ m, n }) => add(div(m, add(m, n)), div(n, add(n, m))), () => full([2, 3], 1)],
  '1/(1 + 1/x) = x/(x + 1)': [({ m }) => div(1, add(1, div(1, m))), ({ m }) => div(m, add(m, 1))],
  'exact thirds: x/3 + x/3 + x/3 = x': [({ m }) => add(add(div(m, 3), div(m, 3)), div(m, 3)), ({ m }) => m],
  'a (b c) = (a b) c': [({ m, w, u }) => matmul(matmul(m, w), u), ({ m, w, u }) => matmul(m, matmul(w, u))],
  '(a b)ᵀ = bᵀ aᵀ': [({ m, u }) => transpose(matmul(m, u)), ({ m, u }) => matmul(transpose(u), transpose(m))],
  '(a + b) c = a c + b c': [({ m, n, w }) => matmul(add(m, n), w), ({ m, n, w }) => add(matmul(n, w), matmul(m, w))],
  'columns scale the product: (x W) ⊙ v = x (W ⊙ v)': [
    ({ m, w, v }) => mul(matmul(m, w), v),
    ({ m, w, v }) => matmul(m, mul(w, v)),
  ],
  'tr(a b) = tr(b a)': [({ m, u }) => sum(mul(transpose(m), u)), ({ m, u }) => einsum('ij,ji->', u, m)],
  'packing: [x h] [W; U] = x W + h U': [
    ({ m, n, w, u }) =>
      matmul(
        t.concat([m, n], 1),
        t.concat(
          [
            w,
            transpose(t.concat([u, u], 1))
              .at(0)
              .mul(0)
              .add(w),
          ],
          0,
        ),
      ),
    ({ m, n, w }) => add(matmul(m, w), matmul(n, w)),
  ],
  'gates in one matrix: σ of a slice is a slice of σ': [
    ({ m, w }) => t.split(sigmoid(matmul(m, t.concat([w, neg(w)], 1))), [3, 3], 1),
    ({ m, w }) => [sigmoid(matmul(m, w)), sub(1, sigmoid(matmul(m, w)))],
  ],
  'slices and pads': [
    ({ m }) =>
      add(t.pad(t.slice(m, [0, 0], [2, 1]), [0, 0], [0, 2]), t.pad(t.slice(m, [0, 1], [2, 3]), [0, 1], [0, 0])),
    ({ m }) => m,
  ],
  'flip(flip(x)) = x, Σ flip(x) = Σ x': [({ m }) => [t.flip(t.flip(m, 1), 1), sum(t.flip(m))], ({ m }) => [m, sum(m)]],
  'reshapes and what is done in between': [
    ({ m }) => t.reshape(tanh(t.reshape(m, [6])), [3, 2]),
    ({ m }) => tanh(t.reshape(m, [3, 2])),
  ],
  'Σ of n copies': [({ v }) => sum(t.broadcastTo(v, [5, 3]), [0]), ({ v }) => mul(5, v)],
  'the mean of a sum': [({ m, n }) => t.mean(add(m, n), [0]), ({ m, n }) => div(add(sum(m, [0]), sum(n, [0])), 2)],
  choices: [
    ({ m, n }) => [
      where(greater(m, n), m, n),
      t.abs(m),
      add(t.relu(m), neg(t.relu(neg(m)))),
      where(less(m, n), where(less(m, n), m, n), m),
    ],
    ({ m, n }) => [t.maximum(n, m), t.abs(neg(m)), m, m],
  ],
  'min + max = a + b': [({ m, n }) => add(t.minimum(m, n), t.maximum(m, n)), ({ m, n }) => add(m, n)],
  'relu(2x) = 2 relu(x), relu(relu(x)) = relu(x)': [
    ({ m }) => [t.relu(mul(2, m)), t.relu(t.relu(m))],
    ({ m }) => [mul(2, t.relu(m)), t.relu(m)],
  ],
  'softmax sums to 1': [({ m }) => sum(t.softmax(m, 1), [1]), () => full([2], 1)],
  'opaque ops of equal operands': [({ m, n }) => t.max(add(m, n), [1]), ({ m, n }) => t.max(add(n, m), [1])],
  'loops with equal bodies': [
    ({ v, m }) => t.scan((c: Tensor, x: Tensor) => ({ carry: add(mul(c, x), x), y: c }), v, m).carry,
    ({ v, m }) => t.scan((c: Tensor, x: Tensor) => ({ carry: mul(x, add(1, c)), y: c }), v, m).carry,
  ],
  'stopGradient is the identity': [({ m }) => t.stopGradient(m), ({ m }) => m],
  'symmetric functions of transposes': [
    ({ w }) => transpose(tanh(add(w, transpose(w)))),
    ({ w }) => tanh(add(transpose(w), w)),
  ],
};

describe('what is proved', () => {
  for (const [name, [f, g]] of Object.entries(equal)) {
    test(name, () => {
      const found = prove(f, g);
      expect(found.outputs.filter(({ proved }) => !proved)).toEqual([]);
    });
  }
});

/** Pairs that look alike and are not equal. */
const different: Readonly<Record<string, readonly [F, F]>> = {
  'a − b and b − a': [({ m, n }) => sub(m, n), ({ m, n }) => sub(n, m)],
  'x Wᵀ and x W': [({ m, w }) => matmul(m, transpose(w)), ({ m, w }) => matmul(m, w)],
  'σ(2x) and 2σ(x) − 1': [({ m }) => sigmoid(mul(2, m)), ({ m }) => sub(mul(2, sigmoid(m)), 1)],
  '1 − tanh and 1 − tanh²': [({ m }) => sub(1, tanh(m)), ({ m }) => sub(1, square(tanh(m)))],
  '√x² and x': [({ m }) => sqrt(square(m)), ({ m }) => m],
  'a nearby number': [({ m }) => mul(m, 0.1), ({ m }) => div(m, 10)],
  'a sum over the other axis': [({ w }) => sum(w, [0]), ({ w }) => sum(w, [1])],
  'Σ ab and Σa Σb': [({ m, n }) => sum(mul(m, n)), ({ m, n }) => mul(sum(m), sum(n))],
  '(Σa)² and Σ a²': [({ v }) => square(sum(v)), ({ v }) => sum(square(v))],
  'Σᵢⱼ mᵢⱼ nᵢⱼ and Σᵢⱼₖ mᵢⱼ nᵢₖ': [({ m, n }) => sum(mul(m, n)), ({ m, n }) => sum(mul(sum(m, [1]), sum(n, [1])))],
  'a shifted slice': [({ m }) => t.slice(m, [0, 0], [2, 2]), ({ m }) => t.slice(m, [0, 1], [2, 3])],
  'a flip': [({ v }) => t.flip(v), ({ v }) => v],
  'a reshape and a transpose': [({ m }) => t.reshape(m, [3, 2]), ({ m }) => transpose(m)],
  'joined in the other order': [({ m, n }) => t.concat([m, n], 0), ({ m, n }) => t.concat([n, m], 0)],
  'a choice the other way': [({ m, n }) => where(less(m, n), m, n), ({ m, n }) => where(greater(m, n), m, n)],
  'less and not greater': [({ m, n }) => where(less(m, n), m, 1), ({ m, n }) => where(greater(m, n), 1, m)],
  'a power too few': [({ m }) => div(1, add(1, mul(m, m))), ({ m }) => div(1, add(1, m))],
  'loops with other bodies': [
    ({ v, m }) => t.scan((c: Tensor, x: Tensor) => ({ carry: add(mul(c, x), x), y: c }), v, m).carry,
    ({ v, m }) => t.scan((c: Tensor, x: Tensor) => ({ carry: add(mul(c, x), c), y: c }), v, m).carry,
  ],
  'a loop the other way': [
    ({ v, m }) => t.scan((c: Tensor, x: Tensor) => ({ carry: add(mul(c, x), 1), y: c }), v, m).carry,
    ({ v, m }) => t.scan((c: Tensor, x: Tensor) => ({ carry: add(mul(c, x), 1), y: c }), v, m, { reverse: true }).carry,
  ],
  'another constant': [({ v }) => mul(v, tensor([1, 2, 3])), ({ v }) => mul(v, tensor([1, 2, 4]))],
};

describe('what is not', () => {
  for (const [name, [f, g]] of Object.entries(different)) test(name, () => expect(prove(f, g).proved).toBe(false));
});

test('what was compared can be read', () => {
  const found = prove(
    ({ m, w, v }) => tanh(add(matmul(m, w), v)),
    ({ m, w, v }) => sub(1, sigmoid(add(v, matmul(m, transpose(w))))),
  );
  expect(found.proved).toBe(false);
  expect(found.outputs).toEqual([
    {
      proved: false,
      left: 'tanh(e[j] + Σk a[i, k]·c[k, j])',
      right: '1 − σ(e[j] + Σk a[i, k]·c[j, k])',
    },
  ]);
  expect(
    prove(
      ({ m }) => tanh(m),
      ({ m }) => sub(mul(2, sigmoid(mul(2, m))), 1),
    ).identities,
  ).toEqual(['tanh(x) = 2·σ(2x) − 1']);
  expect(
    normalForms(
      programOf(({ m, s }) => [sum(mul(m, s)), mul(0.5, t.slice(m, [0, 1], [2, 3]))]),
      { letters: ['x', '', '', '', '', 'y'] },
    ),
  ).toEqual(['Σij x[i, j]·y', '0.5·x[i, j + 1]']);
});

test('Programs of other types are refused', () => {
  expect(() =>
    prove(
      ({ m }) => m,
      ({ v }) => v,
    ),
  ).toThrow('equivalent: output 0 is f64[2,3] in one Program and f64[3] in the other.');
  expect(() =>
    prove(
      ({ m }) => m,
      ({ m }) => [m, m],
    ),
  ).toThrow('equivalent: the Programs have 1 and 2 outputs. Only Programs of one type can be equal.');
});

test('no rounding is relied on', () => {
  expect(
    prove(
      ({ m }) => mul(m, 0.1 + 0.2),
      ({ m }) => mul(m, 0.3),
    ).proved,
  ).toBe(false);
  expect(
    prove(
      ({ m }) => sub(add(m, 1e300), 1e300),
      ({ m }) => m,
    ).proved,
  ).toBe(true); // of the reals it is true
  expect(
    prove(
      ({ m }) => mul(m, 1 + 2.220446049250313e-16),
      ({ m }) => m,
    ).proved,
  ).toBe(false);
});

test('integers wrap: sums and products of them are equal as such, but not in comparisons, sizes and conversions', () => {
  const integers = (numbers: readonly number[]): Tensor => t.cast(tensor(numbers), 'int32');
  const [i, j] = [integers([2147483647, 5, -2147483648]), integers([3, 3, 1])];
  const same = (f: (x: Tensor, y: Tensor) => Tensor, g: (x: Tensor, y: Tensor) => Tensor) => {
    const [p, q] = [t.trace(f, i, j), t.trace(g, i, j)];
    return { proved: equivalent(p, q).proved, equal: String(t.evaluate(p, [i, j])) === String(t.evaluate(q, [i, j])) };
  };
  const float = (x: Tensor): Tensor => t.cast(x, 'float64');
  const one = integers([1, 1, 1]);
  const unlike: readonly (readonly [(x: Tensor, y: Tensor) => Tensor, (x: Tensor, y: Tensor) => Tensor])[] = [
    [(x) => less(x, add(x, one)), (x) => t.equal(x, x)],
    [(x, y) => float(mul(x, y)), (x, y) => mul(float(x), float(y))],
    [(x) => float(t.abs(x)), (x) => t.abs(float(x))],
    [(x) => float(sum(square(x))), (x) => sum(square(float(x)))],
    [(x, y) => t.maximum(add(x, one), add(y, one)), (x, y) => add(t.maximum(x, y), one)],
    [(x) => t.equal(add(x, x), sub(x, x)), (x) => t.equal(x, sub(x, x))],
  ];
  for (const [f, g] of unlike) expect(same(f, g)).toEqual({ proved: false, equal: false });
  expect(
    same(
      (x, y) => mul(add(x, one), y),
      (x, y) => add(y, mul(y, x)),
    ),
  ).toEqual({ proved: true, equal: true });
  expect(
    same(
      (x, y) => less(float(x), float(y)),
      (x, y) => greater(float(y), float(x)),
    ),
  ).toEqual({ proved: true, equal: true });
});

test('a bool that is an input makes no choice of the number that has its place in a loop', () => {
  const [b, v] = [t.cast(tensor([1, 0, 1]), 'bool'), tensor([0.3, -1.2, 2])];
  const loop = (body: (c: Tensor) => Tensor) =>
    t.trace(
      (_: Tensor, x: Tensor) => t.scan((c: Tensor, s: Tensor) => ({ carry: body(c), y: s }), t.at(x, 0), x).carry,
      b,
      v,
    );
  expect(
    equivalent(
      loop(square),
      loop((c) => c),
    ).proved,
  ).toBe(false);
  expect(
    equivalent(
      loop(square),
      loop((c) => mul(c, c)),
    ).proved,
  ).toBe(true);
});

test('what a checkpoint keeps is no part of what is computed; what it computes is', () => {
  const twice = (x: Tensor): Tensor => tanh(tanh(x));
  const inner = t.checkpoint(twice);
  const nested = t.checkpoint((x: Tensor) => inner(tanh(x)));
  const x = tensor([0.1, 0.2]);
  const slope = (f: (x: Tensor) => Tensor): t.Program =>
    t.trace(
      t.grad((y: Tensor) => sum(f(y))),
      x,
    );
  expect(slope(nested).equations.map(({ primitive }) => primitive.name)).toContain('checkpoint');
  expect(
    equivalent(
      slope(nested),
      slope((y) => tanh(twice(y))),
    ).proved,
  ).toBe(true);
  expect(equivalent(slope(nested), slope(twice)).proved).toBe(false);
  // An op on constants alone stays exact.
  const body = 'body (c: f64[]) {\nd: f64[] = div(1, 3)\ne: f64[] = mul(c, d)\nreturn e\n}';
  const third = parseProgram(`program (a: f64[]) {\nb: f64[] = checkpoint(a)\n${body}\nreturn b\n}`);
  expect(
    equivalent(
      third,
      t.trace((y: Tensor) => div(y, 3), tensor(1)),
    ).proved,
  ).toBe(true);
});
