import { key, normal } from '@throughline/autograd';
import { tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type AnyCell, lstm, unroll } from '../../index.ts';
import { check, claim } from '../index.ts';

/** The message of what is thrown, its first line apart from the text with its carets. */
function thrown(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof Error && error.name === 'ClaimError') return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('a claim that cannot be read points at the character', () => {
  test.each([
    ['', 'claim: nothing is claimed.\n  \n  ^'],
    [
      '∂c[t]/∂c[t−1] | h',
      'claim: expected an operator or one of = ≈ ≤ ≥ < >, found the end.\n  ∂c[t]/∂c[t−1] | h\n                   ^',
    ],
    [
      '∂c[t]/∂c[] = diag(f[t])',
      'claim: expected a time such as t − 1, found "]".\n  ∂c[t]/∂c[] = diag(f[t])\n           ^',
    ],
    ['∂c[t] = f[t]', 'claim: expected "/", found "=".\n  ∂c[t] = f[t]\n        ^'],
    [
      'c[t] = f[t] +',
      'claim: expected a line such as c[t], a parameter, a number or a function, found the end.\n  c[t] = f[t] +\n               ^',
    ],
    ['f[t] = #', 'claim: "#" means nothing here.\n  f[t] = #\n         ^'],
    ['f[t] = 𝛔', 'claim: lstm has no parameter 𝛔.'],
    ['¬f[t] = 1', 'claim: expected dependsOn(…), found "f".\n  ¬f[t] = 1\n   ^'],
    [
      'dependsOn(f[t], c)',
      'claim: dependsOn takes whole lines: whether one step computes the first from the second. Leave the time out.\n  dependsOn(f[t], c)\n             ^',
    ],
    [
      'c[t] = dai(f[t])',
      'claim: there is no function dai. Did you mean diag? Functions are diag, transpose, norm, σmax, sigmaMax, ρ, rho, tanh, σ, exp, log, sqrt, abs, prod, sum, max, min.\n  c[t] = dai(f[t])\n         ^^^',
    ],
    ['f[1.5] = 0', 'claim: times are integers, not 1.5.\n  f[1.5] = 0\n    ^^^'],
    ['(f[t] = 1', 'claim: expected ")", found "=".\n  (f[t] = 1\n        ^'],
    ['prod(s=1.T, f[s]) = 1', 'claim: "." means nothing here.\n  prod(s=1.T, f[s]) = 1\n          ^'],
    ['min|tanh′| = 1', 'claim: only the largest slope is known: max|…|.\n  min|tanh′| = 1\n  ^^^^^^^^^^'],
    ['f[t] ≤ 1 ± 2', 'claim: ± belongs to ≈, and here the relation is ≤.\n  f[t] ≤ 1 ± 2\n           ^'],
    ['\tf[t] = $', 'claim: "$" means nothing here.\n  \tf[t] = $\n  \t       ^'],
    ['f[t] =\r\n  ?\r\n', 'claim: "?" means nothing here.\n    ?\n    ^'],
    ['😀 + ?', 'claim: "😀" means nothing here.\n  😀 + ?\n  ^^'],
    ['f̂[t] = 1 ?', 'claim: "?" means nothing here.\n  f̂[t] = 1 ?\n           ^'],
    ['f̂[t] = 1', 'claim: lstm has no line f̂. Did you mean f?'],
    ['f[t]̂ = 1', 'claim: "̂" means nothing here.\n  f[t]̂ = 1\n     ^'],
    [
      '0 ≤\n  f[t] ≤ )',
      'claim: expected a line such as c[t], a parameter, a number or a function, found ")".\n    f[t] ≤ )\n           ^',
    ],
  ])('%j', (text, message) => {
    expect(thrown(() => check(lstm as unknown as AnyCell, claim(text), { seeds: 1 })).slice(0, message.length)).toBe(
      message,
    );
  });
});

describe('a claim that does not fit its cell points at the place', () => {
  test.each([
    [
      '∂c[t]/∂c[t−1] | q = diag(f[t])',
      'lstm has no line q. Its lines are h, c, out, f, i, o, g, x.',
      '                  ^',
    ],
    ['hh[t] = 1', 'lstm has no line hh. Did you mean h? Its lines are h, c, out, f, i, o, g, x.', '  ^^'],
    [
      '∂c[t]/∂c[t−1] = f[t]',
      'the sides do not fit: on the left stands a matrix [4,4], on the right a vector [4]. As a matrix, a vector is diag(…).',
      '                ^',
    ],
    [
      '∂c[t]/∂c[t−1] = 1',
      'the sides do not fit: on the left stands a matrix [4,4], on the right a number. A matrix equals 0, a multiple of I, or a matrix.',
      '                ^',
    ],
    [
      '∂c[t]/∂x[t] = W_f',
      'the sides do not fit: on the left stands a matrix [4,3], on the right a matrix [3,4]. A transpose is written ᵀ.',
      '              ^',
    ],
    ['f[0] = f[1]', 'there is no f[0]: f is an input, a tap or an output, which has t = 1…T.', '    ^'],
    ['c[9] = c[8]', 'there is no c[9] in a run of 8 steps. Pass { T: 9 }.', '    ^'],
    ['f[t] = U·h[t-1]', 'lstm has more than one U: U_f, U_i, U_o, U_g. Write which.', '         ^'],
    [
      'f[t] = σ(h[t-1]·U_ff)',
      'lstm has no parameter U_ff. Did you mean U_f? Its parameters are W_f, U_f, b_f, W_i, U_i, b_i, W_o, U_o, b_o, W_g, U_g, b_g; its lines are h, c, out, f, i, o, g, x.',
      '                  ^^^^',
    ],
    ['f = 1', 'f is a line: write at which step, as in f[t].', '  ^'],
    [
      'f[t] · i[t] = 0',
      'shapes do not fit: a vector [4] · a vector [4]. The product by elements is ⊙ or *.',
      '  ^^^^^^^^^^^',
    ],
    [
      '∂c[t]/∂x[t] = W_iᵀ·2 + U_f',
      'shapes do not fit: a matrix [4,3] + a matrix [4,4].',
      '                ^^^^^^^^^^^^',
    ],
    ['f[t]ᵀ = 0', 'only a matrix has a transpose, this is a vector [4].', '  ^^^^^'],
    [
      'U_f^T = U_f',
      'this is a power, T being the number of steps. For the transpose write ᵀ or transpose(…), for the power ^(T).',
      '  ^^^^^',
    ],
    [
      'max|tnh′| = 1',
      'the largest slope of tnh is not known. Did you mean tanh? It is known of tanh, sigmoid, relu, softplus, sin, cos.',
      '  ^^^^^^^^^',
    ],
    ['f[t]^h[t] = 1', 'an exponent is a number, this is a vector [4].', '       ^^^^'],
    ['ρ(W_f) = 1', 'only a square matrix has a spectral radius, this is a matrix [3,4].', '  ^^^^^^'],
    [
      'max(t=1..T, f[t]) = 1',
      'max over steps takes numbers, this is a vector [4]. Take its max, sum or norm.',
      '              ^^^^',
    ],
    [
      'dependsOn(f, cc)',
      'lstm has no line cc. Did you mean c? Its lines are h, c, out, f, i, o, g, x.',
      '               ^^',
    ],
  ])('%s', (text, what, carets) => {
    expect(thrown(() => check(lstm as unknown as AnyCell, claim(text), { seeds: 1 }))).toBe(
      `claim: ${what}\n  ${text}\n${carets}`,
    );
  });
});

describe('one claim in several spellings', () => {
  const verdictOf = (text: string) => check(lstm as unknown as AnyCell, claim(text), { seeds: 1, T: 3 }).verdict;
  test.each([
    '∂c[t]/∂c[t−1] | h = diag(f[t])',
    'd c[t]/d c[t-1] | h = diag(f[t])',
    '∂c[t] / ∂c[t - 1] | h == diag( f[t] )',
    '(∂c[t]/∂c[t−1] | h) · I = diag(f[t])',
    'diag(f[t]) = ∂c[t]/∂c[t-1] | h, x',
    '∂c[s+1]/∂c[s] | h = diag(f[s+1])',
    'd c[t]/d c[t-1] | h[t-1] = diag(f[t])',
    '∂c[t]/∂c[t−1] | h = diag(σ(x[t]·W_f + h[t−1]·f.U + b_f))',
  ])('%s', (text) => {
    expect(verdictOf(text)).toBe('proved');
  });
  test('brackets bind as they are written', () => {
    expect(verdictOf('2 * 3^2 - 4/2 - 1 = 15')).toBe('proved');
    expect(verdictOf('−2^2 = −4')).toBe('proved');
    expect(verdictOf('2 * (3 - 1)^2 = 8')).toBe('proved');
    expect(verdictOf('|−3| = 3')).not.toBe('refuted');
    expect(verdictOf('1 - 1 - 1 = 1')).toBe('refuted');
  });
});

test('numbers, tensors and texts stand in a template', () => {
  const half = tensor([0.5, 0.5, 0.5, 0.5]);
  const line = 'f';
  const stated = claim`${half} ⊙ ${line}[t] = ${0.5} * f[t]`;
  expect(String(stated)).toBe('⟨f64[4]⟩ ⊙ f[t] = 0.5 * f[t]');
  expect(check(lstm as unknown as AnyCell, stated, { seeds: 1, T: 2 }).verdict).toBe('proved');
  expect(thrown(() => check(lstm as unknown as AnyCell, claim`f[t] = ${tensor([1, 2, 3])} ⊙ f[t]`))).toBe(
    'claim: shapes do not fit: a vector [3] ⊙ a vector [4].\n  f[t] = ⟨f64[3]⟩ ⊙ f[t]\n         ^^^^^^^^^^^^^^^',
  );
  expect(() => claim`f[t] = ${null as unknown as number}`).toThrow(
    'claim: object was interpolated; numbers, tensors and texts can be.',
  );
});

test('a claim about a run is about its steps, in float64', () => {
  const params = lstm.init(key(1), { I: 2, H: 3, dtype: 'float32' });
  const run = unroll(lstm, params, normal(key(2), [4, 1, 2], { dtype: 'float32' }));
  const answer = check(run, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`);
  expect([answer.verdict, answer.covers]).toEqual(['measured', '1 run of 4 steps, 4 sets of steps, 1 rows each']);
  expect(check(run, claim`∂c[4]/∂c[0] = 0`).reason).toMatch(
    /^at T = 4, row 0, entry \d, \d: .* is not = 0 \(this run\)\.$/,
  );
  expect(thrown(() => check(run, claim`c[5] = c[4]`))).toBe(
    'claim: there is no c[5] in a run of 4 steps.\n  c[5] = c[4]\n    ^',
  );
});
