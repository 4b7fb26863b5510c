import { describe, expect, test } from 'vitest';
import type { AnyCell } from '../index.ts';
import * as cells from '../symbolic/testing/unseen-cells.ts';
import { type Answer, check, claim } from './index.ts';

type Rows = readonly (readonly [claim: string, verdict: Answer['verdict']])[];

/** What is known of these cells by hand; what is refuted is one path, one step or one factor away from something true. */
const known: { readonly [name in keyof typeof cells]?: Rows } = {
  mgu: [
    ['∂h[t]/∂h[t−1] | f, n = diag(1 − f[t])', 'proved'],
    ['∂h[t]/∂h[t−1] | f = diag(1 − f[t]) + diag(f[t]⊙(1−n[t]²))·U_nᵀ·diag(f[t])', 'proved'],
    ['∂h[t]/∂h[t−1] | f = diag(1 − f[t]) + diag(f[t]⊙(1−n[t]²)⊙f[t])·U_nᵀ', 'refuted'],
    ['‖∂h[t]/∂h[t−1] | f,n‖ ≤ 1', 'proved'],
    ['¬dependsOn(f, n)', 'proved'],
    ['dependsOn(n, f)', 'proved'],
    ['h[t] = h[t−1] + f[t] ⊙ (n[t] − h[t−1])', 'proved'],
    ['h[t] = h[t−1] + f[t] ⊙ (n[t] − h[t])', 'refuted'],
  ],
  residual: [
    ['∂h[t]/∂h[t−1] | s, g = diag(1 − s[t])', 'proved'],
    ['∂h[t]/∂h[t−1] | s, g = I − diag(s[t])', 'proved'],
    ['∂h[t]/∂h[t−1] | s, g = I', 'refuted'],
    ['∂h[t]/∂g[t] = diag(s[t])', 'proved'],
    ['‖∂h[T]/∂h[t] | s, g‖ ≤ 1^(T−t)', 'measured'],
    ['∂h[t]/∂s[t] = diag(g[t] − h[t])', 'refuted'],
    ['∂h[t]/∂s[t] = diag(g[t] − h[t−1])', 'proved'],
  ],
  minGru: [
    ['∂h[t]/∂h[t−1] = diag(1 − z[t])', 'proved'],
    ['∂h[T]/∂h[t] = diag(∏(s=t+1..T, 1 − z[s]))', 'proved'],
    ['¬dependsOn(z, h)', 'proved'],
    ['dependsOn(z, h)', 'refuted'],
    ['∂h[T]/∂h[t] = diag(∏(s=t..T, 1 − z[s]))', 'refuted'],
    ['∂h[t]/∂x[t] = diag(z[t])·Wnᵀ + diag((n[t]−h[t−1])⊙z[t]⊙(1−z[t]))·Wzᵀ', 'proved'],
    ['∂h[t]/∂x[t] = diag(z[t])·Wnᵀ', 'refuted'],
    ['‖∂h[T]/∂h[t]‖ ≤ 1^(T−t)', 'proved'],
    ['max(∏(s=t+1..T, 1−z[s])) ≥ norm(∂h[T]/∂h[t])', 'measured'],
  ],
  highway: [
    ['∂h[t]/∂h[t−1] | first = 0', 'proved'],
    ['∂h[t]/∂h[t-1] | v, s = 0', 'refuted'],
    ['∂h[t]/∂first[t] | v = diag(1 − v[t]) + diag(v[t] ⊙ (1 − tanh(first[t]·R)²))·Rᵀ', 'proved'],
    ['∂h[t]/∂first[t] = diag(1 − v[t]) + diag(v[t] ⊙ (1 − tanh(first[t]·R)²))·Rᵀ', 'refuted'],
    ['∂s[t]/∂h[t−1] = diag(s[t] − s[t]²)·U_sᵀ', 'proved'],
    ['0 < v[t] < 1', 'measured'],
  ],
  twoBelts: [
    ['∂c[t]/∂c[t−1] | h = diag(f[t])', 'proved'],
    ['∂m[t]/∂m[t−1] | h = diag(q[t])', 'proved'],
    ['∂m[t]/∂c[t−1] | h = diag((1−q[t])⊙f[t])', 'refuted'],
    ['∂m[t]/∂c[t−1] | h, c = 0', 'refuted'],
    ['∂m[t]/∂m[t−2] | h = diag(q[t]⊙q[t−1])', 'proved'],
    ['∂m[t]/∂c[t−2] | h = diag((1−q[t])⊙f[t]⊙f[t−1] + q[t]⊙(1−q[t−1])⊙f[t−1])', 'refuted'],
    ['∂m[t]/∂c[t−2] | h = diag((1−q[t])⊙f[t]⊙f[t−1])', 'refuted'],
    ['¬dependsOn(c, m)', 'proved'],
    ['dependsOn(m, c)', 'proved'],
    ['∂c[t]/∂m[t−2] = 0', 'refuted'],
    ['∂m[T]/∂c[t] | h = diag(∏(s=t+1..T, f[s]))', 'refuted'],
  ],
  indRnn: [
    ['∂h[t]/∂h[t−1] | a = 0', 'proved'],
    ['∂a[t]/∂h[t−1] = diag(u)', 'proved'],
    ['∂a[t]/∂a[t−1] = diag(u)', 'refuted'],
    ['h[t] ≥ 0', 'measured'],
    ['‖∂h[t]/∂h[t−1]‖ ≤ max|u|', 'measured'],
    ['‖∂h[T]/∂h[t]‖ ≤ (max|u|)^(T−t)', 'measured'],
    ['‖∂h[T]/∂h[t]‖ ≤ max(u)^(T−t)', 'refuted'],
    ['∂h[t]/∂h[t−1] = diag(u)', 'refuted'],
  ],
  diagonal: [
    ['∂h[t]/∂h[t−1] = diag(exp(−exp(nu)))', 'proved'],
    ['∂h[T]/∂h[t] = diag(exp(−exp(nu)))^(T−t)', 'measured'],
    ['∂h[T]/∂h[t] = diag(exp(−exp(nu))^(T−t))', 'measured'],
    ['∂h[t]/∂h[t−3] = diag(exp(−3*exp(nu)))', 'proved'],
    ['∂h[t]/∂h[t−3] = diag(exp(−exp(nu)*2))', 'refuted'],
    ['‖∂h[t]/∂h[t−1]‖ < 1', 'measured'],
    ['∂h[t]/∂x[t] = diag(sqrt(1 − exp(−exp(nu))²))·Wᵀ', 'proved'],
    ['∂h[t]/∂x[t] = diag(1 − exp(−exp(nu)))·Wᵀ', 'refuted'],
  ],
  pondering: [
    ['∂h[t]/∂a[t] = 0', 'refuted'],
    ['dependsOn(h, a)', 'proved'],
    ['¬dependsOn(a, h)', 'refuted'],
    ['‖∂h[t]/∂h[t−1] | a‖ ≤ σmax(M)^3', 'measured'],
    ['‖∂h[t]/∂h[t−1]| a‖ ≤ ρ(M)^3', 'refuted'],
    ['∂a[t]/∂h[t−1] = U_aᵀ', 'proved'],
    ['|h[t]| ≤ 1', 'measured'],
  ],
  table: [
    ['∂k[t]/∂x[t] = diag(k[t] ⊙ (1−k[t]))·W_kᵀ', 'proved'],
    ['¬dependsOn(k, store.rows)', 'proved'],
    ['dependsOn(h, store.rows)', 'proved'],
    ['∂store.rows[t]/∂store.rows[t−2] | h = 0', 'refuted'],
    ['∂out[t]/∂h[t] = diag(h[t]/abs(h[t]))', 'proved'],
    ['∂v[t]/∂store.rows[t−1] = 0', 'refuted'],
    ['‖∂store.rows[t]/∂store.rows[t−1] | h‖ ≤ max|decay|', 'measured'],
    ['out[t] ≥ 0', 'proved'],
    ['‖∂store.rows[t]/∂store.rows[t−1] | h‖ ≤ norm(decay)/2', 'refuted'],
  ],
  packed: [
    ['∂c[t]/∂c[t−1] | h = diag(f[t])', 'proved'],
    ['∂c[t]/∂c[t−1] | h = diag(i[t])', 'refuted'],
  ],
};

const byName: ReadonlyMap<string, unknown> = new Map(Object.entries(cells));

describe.each(Object.entries(known))('%s', (name, rows) => {
  const cell = byName.get(name) as unknown as AnyCell; // its names are those of the cells
  const dims = name === 'packed' ? { H: 4, I: 3, J: 7, K: 12 } : {};
  test.each(rows.map(([text, verdict]) => [text, verdict] as const))('%s is %s', (text, verdict) => {
    const answer = check(cell, claim(text), { seeds: 3, T: 5, dims });
    expect(answer.verdict, String(answer)).toBe(verdict);
  });
});
