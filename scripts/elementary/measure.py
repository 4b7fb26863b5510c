#!/usr/bin/python3
"""Measures the elementary and the special functions against MPFR (through gmpy2), 200 bits of precision.

Run as: npx tsx scripts/elementary/points.ts FOLDER && python3 scripts/elementary/measure.py FOLDER [docs/elementary.md]
An error is |result − exact| in units of the last place of the exact value: 2^(e−p+1) for 2^e ≤ |exact| < 2^(e+1), at least the
smallest subnormal. An infinite result counts as 2^(emax+1). Points whose result must be exact (NaN, infinities, zeros) are compared exactly.
"""
import array
import math
import os
import sys

import gmpy2
import special_oracles
from gmpy2 import mpfr

BITS = 200
gmpy2.set_context(gmpy2.context(precision=BITS, emin=-(2**30), emax=2**30))
ONE = mpfr(1)


def sigmoid(x):
    return 1 / (1 + gmpy2.exp(-x))


def softplus(x):
    if x > 2000:
        return x  # e^-x is far below the last bit
    return gmpy2.log1p(gmpy2.exp(x))


ORACLES = {
    'exp': gmpy2.exp, 'expm1': gmpy2.expm1, 'log': gmpy2.log, 'log1p': gmpy2.log1p, 'sin': gmpy2.sin, 'cos': gmpy2.cos,
    'tanh': gmpy2.tanh, 'sigmoid': sigmoid, 'softplus': softplus, 'pow': lambda x, y: x**y,
}
BOUNDS = {name: 1.0 for name in ORACLES} | {'tanh': 2.0, 'sigmoid': 2.0, 'softplus': 2.0, 'pow': 2.0}
SPECIAL = special_oracles.ORACLES
FORMATS = {'float64': (53, -1074, 1024), 'float32': (24, -149, 128)}


def special(name, args):
    """The value the standards fix exactly, or None."""
    if name in SPECIAL:
        return special_oracles.fixed(name, args)
    nan, inf = math.nan, math.inf
    x = args[0]
    if name == 'pow':
        y = args[1]
        if y == 0 or x == 1:
            return 1.0
        if math.isnan(x) or math.isnan(y):
            return nan
        if x == 0 or math.isinf(x) or math.isinf(y) or x < 0:
            odd = not math.isinf(y) and y == math.floor(y) and abs(y) < 2**53 and int(y) % 2 == 1
            if x < 0 and not math.isinf(x) and not math.isinf(y) and y != math.floor(y):
                return nan
            if x == 0:
                size = 0.0 if y > 0 else inf
            elif math.isinf(y):
                if abs(x) == 1:
                    return 1.0
                size = inf if (abs(x) > 1) == (y > 0) else 0.0
            elif math.isinf(x):
                size = inf if y > 0 else 0.0
            else:
                return None
            return math.copysign(size, x) if odd else size
        return None
    if math.isnan(x):
        return nan
    if name in ('sin', 'cos') and math.isinf(x):
        return nan
    if x == 0:
        if name in ('sin', 'tanh', 'expm1', 'log1p'):
            return x
        if name == 'log':
            return -inf
    if name == 'log' and x < 0 or name == 'log1p' and x < -1:
        return nan
    if name == 'log1p' and x == -1:
        return -inf
    if math.isinf(x):
        ends = {'exp': (inf, 0.0), 'expm1': (inf, -1.0), 'log': (inf, nan), 'log1p': (inf, nan), 'tanh': (1.0, -1.0),
                'sigmoid': (1.0, 0.0), 'softplus': (inf, 0.0)}[name]
        return ends[0] if x > 0 else ends[1]
    return None


def arity(name):
    return 2 if name == 'pow' else special_oracles.ARITY.get(name, 1)


def same(a, b):
    return math.isnan(a) and math.isnan(b) or a == b and math.copysign(1, a) == math.copysign(1, b)


def oracle(name, args):
    """The exact value, to BITS bits."""
    if name in SPECIAL:
        return SPECIAL[name](*(mpfr(x) for x in args))
    if name == 'pow':
        x, y = args
        if x < 0:
            value = mpfr(-x) ** mpfr(y)
            return -value if abs(y) < 2**53 and int(y) % 2 == 1 else value
        return mpfr(x) ** mpfr(y)
    return ORACLES[name](mpfr(args[0]))


def ulps(exact, result, fmt):
    p, least, emax = fmt
    if math.isnan(result):
        return math.inf
    if exact == 0 or gmpy2.is_infinite(exact):
        # beyond MPFR's own range
        return 0.0 if result == (0 if exact == 0 else math.copysign(math.inf, exact)) else math.inf
    e = gmpy2.get_exp(exact) - 1
    overflows = e >= emax or e == emax - 1 and abs(exact) >= gmpy2.mul_2exp(mpfr(2**(p + 1) - 1), emax - p - 1)
    if math.isinf(result) or overflows:
        if overflows:
            if math.isinf(result) and (result > 0) == (exact > 0):
                return 0.0
            if e >= emax:
                return math.inf if abs(result) < 1 else float(abs(mpfr(result) - exact) / gmpy2.mul_2exp(ONE, emax - p))
        elif (result > 0) == (exact > 0):
            result = gmpy2.mul_2exp(ONE if result > 0 else -ONE, emax)
    exponent = max(e - p + 1, least)
    error = abs(mpfr(result) - exact)
    return float(gmpy2.mul_2exp(error, -exponent) if exponent < 0 else gmpy2.div_2exp(error, exponent))


def measure(path, precision, name):
    values = array.array('d')
    with open(path, 'rb') as file:
        values.frombytes(file.read())
    width = 1 + arity(name)
    worst, where, wrong = 0.0, None, []
    fmt = FORMATS[precision]
    for i in range(0, len(values), width):
        args, result = values[i : i + width - 1], values[i + width - 1]
        fixed = special(name, args)
        if fixed is not None:
            if not same(fixed, result):
                wrong.append((tuple(args), result, fixed))
            continue
        exact = oracle(name, args)
        if name in special_oracles.EXEMPT and special_oracles.EXEMPT[name](args, exact):
            continue
        error = ulps(exact, result, fmt)
        if error > worst:
            worst, where = error, tuple(args)
    return len(values) // width, worst, where, wrong


def table(names, bounds, folder):
    """Rows of the docs, and whether a bound was crossed."""
    rows, bad = [], False
    for precision in FORMATS:
        for name in names:
            path = os.path.join(folder, f'{precision}-{name}.f64')
            if not os.path.exists(path):
                continue
            points, worst, where, wrong = measure(path, precision, name)
            bound = bounds(precision, name)
            bad = bad or worst > bound or bool(wrong)
            place = ', '.join(repr(x) for x in where or ())
            rows.append(f'| `{name}` | {precision} | {points:,} | {worst:.3f} | `{place}` | {bound:g} |')
            print(f'{precision} {name}: {points} points, {worst:.4f} ulp at {place}; bound {bound}; special values wrong: {len(wrong)}', flush=True)
            for item in wrong[:5]:
                print('   ', *item)
    return rows, bad


def write(target, mark, rows):
    with open(target, encoding='utf-8') as file:
        text = file.read()
    head, _, rest = text.partition(f'<!-- {mark} -->\n')
    _, _, tail = rest.partition(f'<!-- /{mark} -->')
    lines = ['| function | precision | points | max ulp | at | bound |', '|---|---|---:|---:|---|---:|', *rows]
    with open(target, 'w', encoding='utf-8') as file:
        file.write(head + f'<!-- {mark} -->\n' + '\n'.join(lines) + f'\n<!-- /{mark} -->' + tail)


def main():
    folder, target = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    groups = [
        ('measured', ORACLES, lambda precision, name: 2.5 if precision == 'float32' else BOUNDS[name]),
        ('measured special', SPECIAL, lambda precision, name: special_oracles.BOUNDS[name][precision == 'float32']),
    ]
    failed = False
    for mark, names, bounds in groups:
        rows, bad = table(names, bounds, folder)
        failed = failed or bad
        if target and rows and not bad:
            write(target, mark, rows)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
