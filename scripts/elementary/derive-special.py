#!/usr/bin/python3
"""Derives packages/tensor/src/special/tables.ts: the constants of the special functions, as derive.py does the others.

Run as: python3 scripts/elementary/derive-special.py > packages/tensor/src/special/tables.ts   (needs mpmath)
"""
import sys

from derive import FLOAT32, FLOAT64, fit, grid, literal
from mpmath import bernoulli, cosh, digamma, erf, erfc, erfinv, exp, log, loggamma, mp, mpf, pi, sin, sinh, sqrt

mp.prec = 300


def pair(r, x):
    """x as a number of the precision and what that leaves."""
    high = r(x)
    return [high, r(x - mpf(high))]


def taylor(f, at, count=60):
    """Coefficients around a point, for functions whose closed form cancels there."""
    return mp.taylor(f, at, count)


def cut(coefficients, first):
    """The series from a power on, divided by that power."""
    return lambda x: mp.polyval(list(reversed(coefficients[first:])), x)


def even_tail(f, first, step=2, count=40):
    """Σ c_(first + step·k) z^k, for z = x²."""
    c = [f(k) for k in range(count)]
    return lambda z: mp.polyval(list(reversed(c)), z)


atan_tail = even_tail(lambda k: mpf((-1) ** (k + 1)) / (2 * k + 3), 3)  # (atan z − z)/z³ in z²
sinh_tail = even_tail(lambda k: 1 / mp.factorial(2 * k + 3), 3)  # (sinh x − x)/x³ in x²
erf_tail = even_tail(lambda k: 2 / sqrt(pi) * mpf((-1) ** k) / (mp.factorial(k) * (2 * k + 1)) - (1 if k == 0 else 0), 1, count=80)  # erf(x)/x − 1
sine_tail = even_tail(lambda k: mpf((-1) ** (k + 1)) * pi ** (2 * k + 2) / mp.factorial(2 * k + 3), 3)  # (sin(πd)/(πd) − 1)/d² in d²


def log_gamma_two(y):
    """lgamma(2 + y)/y."""
    if abs(y) < mpf(2) ** -60:
        return digamma(mpf(2)) + y * mp.polygamma(1, mpf(2)) / 2
    return loggamma(2 + y) / y


def stirling(w):
    """(lgamma(x) − (x − ½) log x + x − ½ log 2π)·x in w = 1/x²."""
    if w < mpf(2) ** -40:
        return mpf(1) / 12 - w / 360
    x = 1 / sqrt(w)
    return (loggamma(x) - (x - 0.5) * log(x) + x - log(2 * pi) / 2) * x


def digamma_tail(w):
    """(log x − 1/2x − ψ(x))·x² in w = 1/x²."""
    if w < mpf(2) ** -40:
        return mpf(1) / 12 - w / 120
    x = 1 / sqrt(w)
    return (log(x) - 1 / (2 * x) - digamma(x)) * x * x


ROOT = mp.findroot(digamma, mpf('1.4616321449683623'))


def around_root(u):
    """ψ(1 + u)/(u − u0) in u − ½."""
    u = u + mpf('0.5')
    d = 1 + u - ROOT
    if abs(d) < mpf(2) ** -60:
        return mp.polygamma(1, ROOT) + d * mp.polygamma(2, ROOT) / 2
    return digamma(1 + u) / d


def scaled_erfc(k):
    """(1 + 2x)·e^(x²)·erfc(x) in u = (x − k)/(x + k)."""
    def f(u):
        x = k * (1 + u) / (1 - u)
        return (1 + 2 * x) * exp(x * x) * erfc(x)
    return f


def inverse_central(w):
    """erfinv(x)/x − 1 in w = −log(1 − x²), below w = 6.25 (moved by 3.125)."""
    w = w + mpf('3.125')
    if w < mpf(2) ** -40:
        return sqrt(pi) / 2 * (1 + pi / 12 * w) - 1
    x = sqrt(-mp.expm1(-w))
    return erfinv(x) / x - 1


def inverse_tail(shift):
    """erfinv(x)/x − 1 in √w − shift."""
    def f(v):
        w = (v + shift) ** 2
        x = sqrt(-mp.expm1(-w))
        # Newton on erfc, whose argument is exact where 1 − x is tiny
        target = 1 - x if w < 60 else exp(-w) / 2
        y = sqrt(w) - mpf('0.3')
        for _ in range(60):
            step = (erfc(y) - target) * sqrt(pi) / 2 * exp(y * y)
            y += step
            if abs(step) < mpf(2) ** -200:
                break
        return y / x - 1
    return f


def tables(name, p):
    r, bits = p['round'], p['bits']
    double = bits == 53
    pick = lambda a, b: a if double else b
    go = lambda what, f, a, b, degrees: fit(f'{name} {what}', r, f, a, b, pick(*degrees))
    edge = mpf(1) / 32 * (1 + mpf(2) ** -10)
    k = mpf('3.5')
    far = mpf(28) if double else mpf(11)
    u = lambda x: (x - k) / (x + k)
    factorials = [r(mp.factorial(n)) for n in range(171 if double else 35)]
    atans = [pair(r, mp.atan(mpf(i) / 16)) for i in range(17)]
    ten_high = grid(mp.log10(2), p['ln2_bits'])
    gamma_high = pair(r, ROOT - 1)
    return {
        'ln2': pair(r, log(mpf(2))),
        'inverseLn2': pair(r, 1 / log(mpf(2))),
        'inverseLn10': pair(r, 1 / log(mpf(10))),
        'log10Of2': [float(ten_high), r(mp.log10(2) - ten_high)],
        'cbrt': {'start': go('cbrt', lambda x: mp.cbrt(x), 1, 8, (5, 5)), 'lift': pick(2.0**54, 2.0**24), 'liftThird': pick(18, 8), 'rounds': pick(2, 1), 'third': r(mpf(1) / 3)},
        'arc': {
            'cells': 16,
            'high': [a[0] for a in atans],
            'low': [a[1] for a in atans],
            'series': go('atan', atan_tail, 0, edge**2, (4, 1)),
            'pi': pair(r, pi),
            'large': pick(2.0**60, 2.0**30),
        },
        'sinh': go('sinh', sinh_tail, 0, 1, (7, 3)),
        'hyperbolic': {'large': pick(2.0**28, 2.0**13)},
        'erf': {
            'near': go('erf', erf_tail, 0, 1, (12, 6)),
            'middle': float(k),
            'far': go('erfc', scaled_erfc(k), u(mpf('0.49')), u(far), (24, 10)),
            'limit': float(far),
        },
        'erfinv': {
            'central': go('erfinv', inverse_central, mpf('-3.125'), mpf('3.125'), (24, 10)),
            'tail': go('erfinv tail', inverse_tail(mpf('3.25')), mpf('-0.75'), mpf('0.75'), (18, 8)),
            'far': go('erfinv far', inverse_tail(mpf(5)), -1, mpf('1.1'), (18, 1)) if double else [0.0],
        },
        'gamma': {
            'two': go('lgamma', log_gamma_two, mpf('-0.5'), mpf('0.5'), (18, 8)),
            'stirling': go('stirling', stirling, 0, mpf(1) / 64, (7, 2)),
            'halfLogTwoPi': r(log(2 * pi) / 2),
            'sine': go('sin πd', sine_tail, 0, mpf('0.25'), (7, 3)),
            'large': pick(2.0**60, 2.0**30),
            'shrink': pick(2.0**-200, 2.0**-40),
            'grow': pick(2.0**200, 2.0**40),
            'integral': 2.0 ** (bits - 1),
        },
        'digamma': {
            'root': gamma_high,
            'near': go('digamma', around_root, mpf('-0.5'), mpf('0.5'), (22, 9)),
            'tail': go('digamma tail', digamma_tail, 0, mpf(1) / 64, (7, 2)),
        },
        'zeta': {
            'bernoulli': [r(bernoulli(2 * j) / mp.factorial(2 * j)) for j in range(1, pick(13, 7))],
            'terms': pick(8, 4),
            'factorials': factorials,
        },
    }


def main():
    print("""// Written by scripts/elementary/derive-special.py, which derives every figure. Do not edit.
// biome-ignore-all format: one row of figures is one line
// biome-ignore-all lint: a table of figures, some of which look like constants of Math
import { tables32 as elementary32, tables64 as elementary64 } from '../elementary/tables.ts';
import type { SpecialTables } from './steps/tables.ts';
""")
    for bits, p, name in ((64, FLOAT64, 'float64'), (32, FLOAT32, 'float32')):
        text = literal(tables(name, p), 0)
        print(f'export const tables{bits}: SpecialTables = {{\n  ...elementary{bits},' + text[1:] + ';' + ('\n' if bits == 64 else ''))


if __name__ == '__main__':
    main()
