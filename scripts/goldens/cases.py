"""What a family of ops (`ops/FAMILY.py`) is made of, and its numbers.

A family is a module with three lists of generators, each of which may be missing:
CASES and SEVERAL_OUTPUTS yield `case(…)`, VALUES yields finished records.
"""

import importlib
import os

import high_precision
from measure import case_record, measure
from record import normal, seed

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ops")


def case(op, inputs, f, params=None, **options):
    """
    `op`: the name the TypeScript exports. `inputs`: one function per operand, which draws it; bool and int32 ones
    come first. `f`: the same in PyTorch, from the operands to a tensor or a list of them. `params`: what the family's
    adapter reads. Options: `steep` (too steep for differences), `note`, and for a map of one operand `exact`, the
    function in mpmath, which then checks value, slope and curvature at 200 digits.
    """
    return {"op": op, "inputs": inputs, "f": f, "params": params or {}, **options}


def one(op, shape, f, params):
    """A case with one operand, normal."""
    return case(op, [lambda: normal(shape)], f, params)


def build(generators):
    """Draws, measures and records every case of generators such as `maps`."""
    count = {}
    for c in (c for generator in generators for c in generator()):
        count[c["op"]] = count.get(c["op"], 0) + 1
        name = f"{c['op']} {count[c['op']]}"
        seed(name)
        inputs = [draw() for draw in c["inputs"]]
        floats = [x for x in inputs if x.is_floating_point()]
        fixed = [x for x in inputs if not x.is_floating_point()]
        f = lambda *xs, c=c, fixed=fixed: as_list(c["f"](*fixed, *xs))
        measured = measure(name, f, floats, c.get("steep", False))
        if "exact" in c:
            high_precision.check(c["op"], c["exact"], inputs[0], measured)
        yield case_record(c["op"], c["params"], inputs, measured, c.get("note"))


def as_list(ys):
    return list(ys) if isinstance(ys, (list, tuple)) else [ys]


def names():
    return sorted(file[:-3] for file in os.listdir(FOLDER) if file.endswith(".py"))


def families(only):
    """Family -> its lists of records, for every module of the folder, or for those named."""
    for name in only or names():
        module = importlib.import_module(f"ops.{name}")
        yield name, {
            "cases": list(build(getattr(module, "CASES", []))),
            "severalOutputs": list(build(getattr(module, "SEVERAL_OUTPUTS", []))),
            "values": [record for generator in getattr(module, "VALUES", []) for record in generator()],
        }
