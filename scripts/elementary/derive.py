#!/usr/bin/python3
"""Derives packages/tensor/src/elementary/tables.ts: every constant of the elementary functions, for float64 and float32.

Run as: python3 scripts/elementary/derive.py > packages/tensor/src/elementary/tables.ts   (needs mpmath)

Polynomials interpolate the exact function at the Chebyshev nodes of their interval (within a small factor of minimax);
each coefficient is then rounded to the precision. Splits such as ln 2 = high + low are exact to the stated bits.
The largest error of each polynomial, after rounding, goes to stderr.
"""
import struct
import sys

from mpmath import cos, floor, log, mp, mpf, nint, pi, sqrt

mp.prec = 400


def to64(x):
    return float(x)


def to32(x):
    """x rounded once to float32 (normal range)."""
    if x == 0:
        return 0.0
    m, e = mp.frexp(x)
    y = float(mp.ldexp(nint(mp.ldexp(m, 24)), int(e) - 24))
    assert struct.unpack('<f', struct.pack('<f', y))[0] == y
    return y


def grid(x, bits):
    """x rounded to a multiple of 2^-bits, exactly."""
    return mpf(nint(mp.ldexp(x, bits))) / mpf(2) ** bits


def chebyshev(f, a, b, degree):
    """Coefficients, ascending, of the polynomial through f at degree + 1 Chebyshev nodes of [a, b]."""
    a, b, n = mpf(a), mpf(b), degree + 1
    nodes = [(a + b) / 2 + (b - a) / 2 * cos(pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    matrix = mp.matrix(n, n)
    for i, x in enumerate(nodes):
        for j in range(n):
            matrix[i, j] = x**j
    return list(mp.lu_solve(matrix, mp.matrix([f(x) for x in nodes])))


def series(f):
    """f by its Taylor series, for functions whose closed form cancels near 0: f(k) is the k-th coefficient."""
    return lambda x: sum(f(k) * x**k for k in range(130))


def fit(name, round_, f, a, b, degree):
    coefficients = [round_(c) for c in chebyshev(f, a, b, degree)]
    worst = mpf(0)
    for i in range(401):
        x = mpf(a) + (mpf(b) - mpf(a)) * i / 400
        worst = max(worst, abs(mp.polyval([mpf(c) for c in reversed(coefficients)], x) - f(x)))
    print(f'{name}: degree {degree} on [{mp.nstr(mpf(a), 4)}, {mp.nstr(mpf(b), 4)}], max error 2^{mp.nstr(mp.log(worst, 2), 4)}', file=sys.stderr)
    return coefficients


def factorial(k):
    return mp.factorial(k)


exp_tail = series(lambda k: 1 / factorial(k + 3))  # (e^r - 1 - r - r²/2) / r³
log_tail = series(lambda k: mpf(2) / (2 * k + 3))  # (log((1+s)/(1-s)) - 2s) / s³ in z = s²
sin_tail = series(lambda k: mpf((-1) ** (k + 1)) / factorial(2 * k + 3))  # (sin x - x) / x³ in x²
cos_tail = series(lambda k: mpf((-1) ** k) / factorial(2 * k + 4))  # (cos x - 1 + x²/2) / x⁴ in x²
log1p_tail = series(lambda k: mpf((-1) ** k) / (k + 3))  # (log(1+z) - z + z²/2) / z³


def pow_table(round_, cells, bits, grid_bits):
    """For i in cells/√2 … cells·√2: a number c of few bits near cells/i, and -log c as high (on a grid) + low."""
    first, last = int(nint(cells / sqrt(mpf(2)))) - 1, int(nint(cells * sqrt(mpf(2)))) + 1
    inverse, high, low, reach = [], [], [], mpf(0)
    for i in range(first, last + 1):
        c = mpf(1) if i == cells else grid(mpf(cells) / i, bits)
        h = grid(-log(c), grid_bits)
        inverse.append(float(c))
        high.append(round_(h))
        assert mpf(high[-1]) == h
        low.append(round_(-log(c) - h))
        if first < i < last:
            for edge in (mpf(2 * i - 1) / (2 * cells), mpf(2 * i + 1) / (2 * cells)):
                reach = max(reach, abs(edge * c - 1))
    return first, inverse, high, low, reach


def two_over_pi(chunk, count):
    """Three zeros, then the digits of 2/π in base 2^chunk."""
    digits, x = [0.0, 0.0, 0.0], 2 / pi
    for _ in range(count):
        x = mp.ldexp(x, chunk)
        d = floor(x)
        digits.append(float(d))
        x -= d
    return digits


def tables(name, p):
    r, bits = p['round'], p['bits']
    mp.prec = 2400 if bits == 53 else 600
    chunk = p['chunk']
    digits = two_over_pi(chunk, p['chunks'])
    mp.prec = 400
    ln2 = log(mpf(2))
    ln2_high = grid(ln2, p['ln2_bits'])
    half_ln2 = ln2 / 2 * (1 + mpf(2) ** -12)
    quarter_pi = pi / 4 * (1 + mpf(2) ** -12)
    parts, rest = [], pi / 2
    for _ in range(3):
        part = grid(rest, p['pi_bits'] - 1 + p['pi_bits'] * len(parts))
        parts.append(float(part))
        rest -= part
    parts.append(r(rest))
    s = (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)
    first, inverse, high, low, reach = pow_table(r, p['cells'], p['inverse_bits'], p['ln2_bits'])
    pi_high = r(pi / 2)
    return {
        'comment': p['comment'],
        'shift': 1.5 * 2.0 ** (bits - 1),
        'splitter': 2.0 ** ((bits + 1) // 2) + 1,
        'maxExponent': p['max_exponent'],
        'exp': {
            'lowest': p['lowest'],
            'highest': p['highest'],
            'lowestExpm1': p['lowest_expm1'],
            'saturation': p['saturation'],
            'saturatedExponent': p['saturated_exponent'],
            'log2e': r(1 / ln2),
            'ln2High': float(ln2_high),
            'ln2Low': r(ln2 - ln2_high),
            'series': fit(f'{name} exp', r, exp_tail, -half_ln2, half_ln2, p['exp_degree']),
        },
        'log': {
            'smallest': 2.0 ** (3 - p['max_exponent']),
            'lift': 2.0 ** p['lift'],
            'liftExponent': p['lift'],
            'sqrtEighth': r(sqrt(mpf(1) / 8)),
            'series': fit(f'{name} log', r, log_tail, 0, s * s, p['log_degree']),
        },
        'circle': {
            'nearLimit': p['near_limit'],
            'twoOverPi': r(2 / pi),
            'halfPiParts': parts,
            'sin': fit(f'{name} sin', r, sin_tail, 0, quarter_pi**2, p['sin_degree']),
            'cos': fit(f'{name} cos', r, cos_tail, 0, quarter_pi**2, p['cos_degree']),
            'halfPiHigh': pi_high,
            'halfPiLow': r(pi / 2 - mpf(pi_high)),
            'chunk': chunk,
            'base': 2.0**chunk,
            'unit': 2.0**-chunk,
            'inverseChunk': r(mpf(1) / chunk),
            'leastExponent': bits - 1 - 2 * chunk,
            'columns': p['columns'],
            'digits': digits,
        },
        'pow': {
            'largestPower': p['largest_power'],
            'cells': p['cells'],
            'firstCell': first,
            'highPartSplitter': 2.0 ** (p['inverse_bits'] + 1) + 1,
            'inverse': inverse,
            'logHigh': high,
            'logLow': low,
            'series': fit(f'{name} pow', r, log1p_tail, -reach, reach, p['pow_degree']),
        },
    }


FLOAT64 = dict(
    comment='float64', round=to64, bits=53, max_exponent=1023, ln2_bits=42, lift=56,
    lowest=-746.0, highest=710.0, lowest_expm1=-40.0, saturation=22.0, saturated_exponent=60.0,
    exp_degree=9, log_degree=6, sin_degree=5, cos_degree=5, pi_bits=33, near_limit=2.0**20,
    chunk=24, chunks=50, columns=8, cells=128, inverse_bits=10, pow_degree=7, largest_power=2.0**70,
)
FLOAT32 = dict(
    comment='float32', round=to32, bits=24, max_exponent=127, ln2_bits=16, lift=27,
    lowest=-104.0, highest=89.0, lowest_expm1=-20.0, saturation=10.0, saturated_exponent=30.0,
    exp_degree=4, log_degree=2, sin_degree=2, cos_degree=2, pi_bits=16, near_limit=2.0**8,
    chunk=10, chunks=20, columns=9, cells=32, inverse_bits=7, pow_degree=3, largest_power=2.0**36,
)


def literal(value, indent):
    if isinstance(value, dict):
        pad = '  ' * (indent + 1)
        lines = [f'{pad}{k}: {literal(v, indent + 1)},' for k, v in value.items() if k != 'comment']
        return '{\n' + '\n'.join(lines) + '\n' + '  ' * indent + '}'
    if isinstance(value, list):
        pad, per = '  ' * (indent + 1), 6
        rows = [', '.join(number(x) for x in value[i : i + per]) for i in range(0, len(value), per)]
        return '[\n' + ''.join(f'{pad}{row},\n' for row in rows) + '  ' * indent + ']'
    return number(value)


def number(x):
    if float(x) == int(x) and abs(x) < 2**53:
        return str(int(x))
    return repr(float(x))


def main():
    print("""// Written by scripts/elementary/derive.py, which derives every figure. Do not edit.
// biome-ignore-all format: one row of figures is one line
// biome-ignore-all lint: a table of figures, some of which look like constants of Math
import type { Tables } from './steps/tables.ts';
""")
    print('export const tables64: Tables = ' + literal(tables('float64', FLOAT64), 0) + ';\n')
    print('export const tables32: Tables = ' + literal(tables('float32', FLOAT32), 0) + ';')


if __name__ == '__main__':
    main()
