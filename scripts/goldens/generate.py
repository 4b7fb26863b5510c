"""Writes the golden numbers of the tests; README.md beside this file says what they are.

    /usr/bin/python3 scripts/goldens/generate.py            write the files
    /usr/bin/python3 scripts/goldens/generate.py core       write that family of ops alone (several may be named)
    /usr/bin/python3 scripts/goldens/generate.py --check    compare with the files, write nothing; also with families
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

import cases
import checks
import measure
import record

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files(families):
    """path -> text, of the named families of ops or of everything, computed and checked before anything is written."""
    groups = {f"packages/autograd/src/goldens/{name}.json": lists for name, lists in cases.families(families)}
    if not families:
        groups |= others()
    for path, lists in groups.items():
        print(f"{path}: " + ", ".join(f"{len(cases)} {name}" for name, cases in lists.items()))
    return {path: record.render(lists) for path, lists in groups.items()}


def others():
    import cell_variants
    import blocks
    import cells
    import sequences
    import through_time
    import training

    return {
        "packages/rnn/src/goldens/blocks.json": {"cases": list(blocks.cases())},
        "packages/rnn/src/goldens/cells.json": {
            "cases": list(cells.cells()),
            "jacobians": list(through_time.jacobians()),
            "secondOrder": list(through_time.second_order()),
        },
        "packages/rnn/src/goldens/sequences.json": {"cases": list(sequences.sequences())},
        "packages/rnn/src/goldens/cell-variants.json": {"cases": list(cell_variants.variants())},
        "packages/train/src/goldens/optimisers.json": {
            "optimisers": list(training.optimisers()),
            "clipping": list(training.clipping()),
            "losses": list(training.losses()),
            "trajectories": list(training.trajectories()),
        },
    }


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
    families = [name for name in arguments if name != "--check"]
    unknown = [name for name in families if name not in cases.names()]
    if unknown:
        sys.exit(f"goldens: unknown {' '.join(unknown)}. There are --check and {', '.join(cases.names())}.")
    record.seed("controls")
    checks.controls(measure.measure)
    measure.without_forward_rule.clear()
    texts = files(families)
    unwitnessed = ", ".join(sorted(measure.without_forward_rule)) or "none"
    print(f"without a forward rule in this torch, so checked by differences only: {unwitnessed}")
    if "--check" in arguments:
        sys.exit(0 if all([compare(path, text) for path, text in texts.items()]) else 1)
    for path, text in texts.items():
        record.write(os.path.join(ROOT, path), text)


if __name__ == "__main__":
    main(sys.argv[1:])
