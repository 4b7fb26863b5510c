#!/usr/bin/python3
"""Chooses the golden points of the elementary functions and writes packages/tensor/src/elementary/goldens/points.json.

Run as: npx tsx scripts/elementary/points.ts FOLDER && python3 scripts/elementary/golden.py FOLDER
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
from measure import FORMATS, ORACLES, oracle, special, ulps

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
    width = 3 if name == 'pow' else 2
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


def main():
    folder = sys.argv[1]
    target = os.path.join(os.path.dirname(__file__), '../../packages/tensor/src/elementary/goldens/points.json')
    os.makedirs(os.path.dirname(target), exist_ok=True)
    goldens = {p: {name: choose(folder, p, name) for name in ORACLES} for p in FORMATS}
    rows = [f'    {json.dumps(n)}: {json.dumps(lines)}' for n, lines in goldens['float64'].items()]
    singles = [f'    {json.dumps(n)}: {json.dumps(lines)}' for n, lines in goldens['float32'].items()]
    with open(target, 'w', encoding='utf-8') as file:
        file.write('{\n  "float64": {\n' + ',\n'.join(rows) + '\n  },\n  "float32": {\n' + ',\n'.join(singles) + '\n  }\n}\n')


main()
