"""Writes the golden numbers of the tests; README.md beside this file says what they are.

    /usr/bin/python3 scripts/goldens/generate.py            write the files
    /usr/bin/python3 scripts/goldens/generate.py --check    compare with the files, write nothing
"""

import json
import math
import os
import sys

sys.dont_write_bytecode = True
# Before torch is loaded: the plain kernels, so that the bits do not depend on the processor's vectors.
os.environ.setdefault("ATEN_CPU_CAPABILITY", "default")

try:
    import mpmath  # noqa: F401
    import torch  # noqa: F401
except ImportError as missing:
    sys.exit(
        f"goldens: {sys.executable} has no {missing.name}. Install Debian's python3-torch and python3-mpmath "
        "(apt-get install python3-torch python3-mpmath) and run this with Debian's own /usr/bin/python3."
    )

import checks
import layout
import measure
import ops
import record

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files():
    """path -> text. Everything is computed and checked before anything is written."""
    import cells
    import through_time
    import training

    one_output = [ops.maps, ops.binary, ops.products, ops.reductions, ops.losses]
    one_output += [layout.views, layout.joins, layout.indexed, layout.spectra]
    groups = {
        "packages/autograd/src/goldens/ops.json": {
            "cases": [c for family in one_output for c in ops.build(family)],
            "severalOutputs": list(ops.build(layout.splits)),
            "values": list(ops.values()),
        },
        "packages/rnn/src/goldens/cells.json": {
            "cases": list(cells.cells()),
            "jacobians": list(through_time.jacobians()),
            "secondOrder": list(through_time.second_order()),
        },
        "packages/train/src/goldens/optimisers.json": {
            "optimisers": list(training.optimisers()),
            "clipping": list(training.clipping()),
            "losses": list(training.losses()),
            "trajectories": list(training.trajectories()),
        },
    }
    for path, lists in groups.items():
        print(f"{path}: " + ", ".join(f"{len(cases)} {name}" for name, cases in lists.items()))
    return {path: record.render(lists) for path, lists in groups.items()}


def distance(a, b):
    """Largest |a − b| / (1 + |b|) over two JSON values; infinite where they are not alike."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) / (1 + abs(b))
    if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        return max((distance(a[k], b[k]) for k in a), default=0)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return max(map(distance, a, b), default=0)
    return 0 if a == b and type(a) is type(b) else math.inf


def compare(path, text):
    """Prints how far the committed file is from what this machine generates; true if within the checks' tolerance."""
    try:
        with open(os.path.join(ROOT, path), encoding="ascii") as file:
            committed = file.read()
        off = distance({**json.loads(text), "about": None}, {**json.loads(committed), "about": None})
    except (FileNotFoundError, ValueError) as error:
        print(f"{path}: {error}")
        return False
    print(f"{path}: " + ("the same bytes" if text == committed else f"off by at most {off:.2g}"))
    return off <= checks.EXACT


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(f"goldens: unknown arguments {' '.join(arguments)}. The only one is --check.")
    record.seed("controls")
    checks.controls(measure.measure)
    measure.without_forward_rule.clear()
    texts = files()
    unwitnessed = ", ".join(sorted(measure.without_forward_rule)) or "none"
    print(f"without a forward rule in this torch, so checked by differences only: {unwitnessed}")
    if arguments:
        sys.exit(0 if all([compare(path, text) for path, text in texts.items()]) else 1)
    for path, text in texts.items():
        record.write(os.path.join(ROOT, path), text)


if __name__ == "__main__":
    main(sys.argv[1:])
