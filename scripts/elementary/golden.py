#!/usr/bin/python3
"""Chooses the golden points of the elementary functions and writes packages/tensor/src/elementary/goldens/points.json.

Run as: npx tsx scripts/elementary/points.ts FOLDER && python3 scripts/elementary/golden.py FOLDER
(with `special` as another argument: packages/tensor/src/special/goldens/points.json).
Per function and precision: a hundred points from the head (the extremes are there), a hundred from anywhere, and the sixty with the
largest errors; also the worst points of the table in docs/elementary.md. Each entry is x (pow: x, y) and the exact value rounded once to the precision, as bits in hexadecimal.
"""
import array
import json
import math
import os
import random
import re
import struct
import sys

import gmpy2
import special_oracles
from measure import FORMATS, ORACLES, arity, oracle, special, ulps

ROUNDING = {
    'float64': gmpy2.context(precision=53, emin=-1073, emax=1024, subnormalize=True),
    'float32': gmpy2.context(precision=24, emin=-148, emax=128, subnormalize=True),
}


def rounded(exact, precision):
    """Once, to nearest even, subnormals and overflow included."""
    with gmpy2.local_context(ROUNDING[precision]):
        return float(gmpy2.mpfr(exact))


def bits(x, precision):
    if math.isnan(x):
        return 'nan'
    return struct.pack('>d' if precision == 'float64' else '>f', x).hex()


def worst_measured(precision, name):
    """The points that the table of docs/elementary.md names for a function."""
    path = os.path.join(os.path.dirname(__file__), '../../docs/elementary.md')
    with open(path, encoding='utf-8') as file:
        rows = re.findall(rf'^\| `{name}` \| {precision} \|.*\| `([^`]+)` \|', file.read(), re.M)
    return [[float(x) for x in row.split(', ')] for row in rows]


def choose(folder, precision, name):
    values = array.array('d')
    with open(os.path.join(folder, f'{precision}-{name}.f64'), 'rb') as file:
        values.frombytes(file.read())
    width = 1 + arity(name)
    count = len(values) // width
    row = lambda i: values[i * width : (i + 1) * width]
    dice = random.Random(7)
    chosen = set(range(100)) | set(dice.sample(range(count), 100))

    def error(i):
        *args, result = row(i)
        return 0.0 if special(name, args) is not None else ulps(oracle(name, args), result, FORMATS[precision])

    pool = range(count) if count <= 100000 else dice.sample(range(count), 100000)
    chosen |= set(sorted(pool, key=error)[-60:])
    lines = []
    for args in [list(row(i))[:-1] for i in sorted(chosen)] + worst_measured(precision, name):
        fixed = special(name, args)
        exact = fixed if fixed is not None else rounded(oracle(name, args), precision)
        lines.append(' '.join(bits(v, precision) for v in [*args, exact]))
    return lines


def number(x):
    """JSON has no NaN, infinities or −0."""
    return x if math.isfinite(x) and math.copysign(1, x) * x >= 0 and not (x == 0 and math.copysign(1, x) < 0) else repr(x).replace('inf', 'Infinity').replace('nan', 'NaN')


def choose_special(folder, precision, name):
    """As `choose`, fewer, and in decimal; a result may be as many places away as the bound says."""
    values = array.array('d')
    with open(os.path.join(folder, f'{precision}-{name}.f64'), 'rb') as file:
        values.frombytes(file.read())
    width = 1 + arity(name)
    count = len(values) // width
    exempt = special_oracles.EXEMPT.get(name, lambda args, exact: False)
    scored = []
    for i in range(min(count, 4000)):
        *args, result = values[i * width : (i + 1) * width]
        fixed = special(name, args)
        exact = fixed if fixed is not None else oracle(name, args)
        if fixed is None and exempt(args, exact):
            continue
        error = 0.0 if fixed is not None else ulps(exact, result, FORMATS[precision])
        scored.append((error, i, [number(x) for x in [*args, fixed if fixed is not None else rounded(exact, precision)]]))
    head, worst = scored[:50], sorted(scored, key=lambda one: one[:2])[-30:]
    rest = random.Random(7).sample(scored[50:], 40)
    chosen = {i: row for _, i, row in head + worst + rest}
    within = math.ceil(special_oracles.BOUNDS[name][precision == 'float32'])
    return {'within': within, 'rows': [chosen[i] for i in sorted(chosen)]}


def special_main(folder):
    target = os.path.join(os.path.dirname(__file__), '../../packages/tensor/src/special/goldens/points.json')
    goldens = {p: {name: choose_special(folder, p, name) for name in special_oracles.ORACLES} for p in FORMATS}
    lines = lambda g: '      ' + ',\n      '.join(json.dumps(row) for row in g['rows'])
    entry = lambda name, g: f'    {json.dumps(name)}: {{ "within": {g["within"]}, "rows": [\n{lines(g)}\n    ] }}'
    groups = [f'  "{p}": {{\n' + ',\n'.join(entry(n, g) for n, g in goldens[p].items()) + '\n  }' for p in FORMATS]
    with open(target, 'w', encoding='utf-8') as file:
        file.write('{\n' + ',\n'.join(groups) + '\n}\n')


def main():
    if sys.argv[2:] == ['special']:
        return special_main(sys.argv[1])
    folder = sys.argv[1]
    target = os.path.join(os.path.dirname(__file__), '../../packages/tensor/src/elementary/goldens/points.json')
    os.makedirs(os.path.dirname(target), exist_ok=True)
    goldens = {p: {name: choose(folder, p, name) for name in ORACLES} for p in FORMATS}
    rows = [f'    {json.dumps(n)}: {json.dumps(lines)}' for n, lines in goldens['float64'].items()]
    singles = [f'    {json.dumps(n)}: {json.dumps(lines)}' for n, lines in goldens['float32'].items()]
    with open(target, 'w', encoding='utf-8') as file:
        file.write('{\n  "float64": {\n' + ',\n'.join(rows) + '\n  },\n  "float32": {\n' + ',\n'.join(singles) + '\n  }\n}\n')


main()
