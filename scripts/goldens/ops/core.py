"""Maps, products, reductions and losses, with points away from kinks."""

import mpmath
import torch
import torch.nn.functional as F

from cases import case
from record import away_from_zero, normal, record, seed, spaced, uniform

ODD = [[7], [3, 5], [2, 1, 3], []]
PAIRS = [([3, 4], [4]), ([2, 1, 3], [4, 1]), ([], [2, 3]), ([5], [5]), ([7, 1], [1, 5]), ([0, 3], [3])]


# The maps again, in mpmath, which shares no formula with PyTorch.
EXACTLY = {
    "neg": lambda x: -x,
    "abs": abs,
    "square": lambda x: x * x,
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "log": mpmath.log,
    "log1p": lambda x: mpmath.log(1 + x),
    "expm1": lambda x: mpmath.exp(x) - 1,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": lambda x: 1 - 2 / (mpmath.exp(2 * x) + 1),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "relu": lambda x: x if x > 0 else x * 0,
}


def maps():
    """Ops of one operand, entry by entry: (function, domain, values where it is delicate)."""
    both = lambda shape: uniform(shape, -2.5, 2.5)
    positive = lambda shape: uniform(shape, 0.2, 3)
    table = {
        "neg": (torch.neg, both, None),
        "abs": (torch.abs, away_from_zero, None),
        "square": (torch.square, both, [1e-8, -1e5]),
        "sqrt": (torch.sqrt, positive, [1e-8, 1e8, 1e100]),
        "exp": (torch.exp, both, [-40.0, -1e-9, 5.0, 20.0]),
        "log": (torch.log, positive, [1e-5, 1e-3, 1e100]),
        "log1p": (torch.log1p, lambda s: uniform(s, -0.7, 3), [-1e-9, 1e-12, -0.999, 1e10]),
        "expm1": (torch.expm1, both, [-40.0, 1e-9, -1e-12, 10.0]),
        "sin": (torch.sin, both, [100.0, -1e5, 1e-9]),
        "cos": (torch.cos, both, [100.0, -1e5, 1e-9]),
        "tanh": (torch.tanh, both, [-25.0, -9.0, 1e-9, 0.0, 9.0, 25.0, 800.0]),
        "sigmoid": (torch.sigmoid, both, [-800.0, -40.0, -9.0, 0.0, 9.0, 40.0, 800.0]),
        # Beyond its threshold PyTorch's softplus is x; at the default of 20 that is 2e-9 off.
        "softplus": (lambda x: F.softplus(x, threshold=700), both, [-800.0, -40.0, 0.5, 25.0, 40.0, 800.0]),
        "relu": (torch.relu, away_from_zero, [-1e10, 1e10]),
    }
    for op, (f, draw, delicate) in table.items():
        for shape in ODD:
            yield case(op, [lambda s=shape, d=draw: d(s)], f, exact=EXACTLY[op])
        if delicate:
            draw = lambda d=delicate: torch.tensor(d)
            yield case(op, [draw], f, steep=True, note="delicate values", exact=EXACTLY[op])


def binary():
    plain = {"add": torch.add, "sub": torch.sub, "mul": torch.mul}
    for a, b in PAIRS:
        for op, f in plain.items():
            yield case(op, [lambda a=a: normal(a), lambda b=b: normal(b)], f)
        yield case("div", [lambda a=a: normal(a), lambda b=b: away_from_zero(b, 0.5)], torch.div)
        yield case("pow", [lambda a=a: uniform(a, 0.4, 2.5), lambda b=b: uniform(b, -2, 3)], torch.pow)
        # The second operand lies on a grid that the first one, shifted by half a step, never meets.
        grid = lambda s, shift: (uniform(s, -2, 2) * 5).round() / 5 + shift
        for op, f in (("maximum", torch.maximum), ("minimum", torch.minimum)):
            yield case(op, [lambda a=a: grid(a, 0.1), lambda b=b: grid(b, 0.0)], f)
    for c, a, b in (([3, 4], [3, 4], [4]), ([2, 1], [2, 3], []), ([5], [3, 1], [1, 5])):
        chosen = lambda c=c: torch.rand(c) < 0.5
        yield case("where", [chosen, lambda a=a: normal(a), lambda b=b: normal(b)], torch.where)


def products():
    pair = lambda a, b: [lambda: normal(a), lambda: normal(b)]
    shapes = [([3, 5], [5, 2]), ([2, 3, 5], [2, 5, 4]), ([3, 5], [5]), ([5], [5, 2]), ([7], [7])]
    shapes += [([1, 1], [1, 1]), ([1, 7], [7, 1]), ([2, 0], [0, 3])]
    shapes += [([2, 3, 5], [5, 4]), ([2, 1, 3, 2], [5, 2, 3])]  # batches that broadcast
    for a, b in shapes:
        yield case("matmul", pair(a, b), torch.matmul)
    contractions = [
        ("ij,jk->ik", [3, 5], [5, 2]), ("bij,bjk->bik", [2, 3, 5], [2, 5, 4]), ("ij,kj->ik", [3, 5], [2, 5]),
        ("ij,j->i", [3, 5], [5]), ("i,j->ij", [3], [5]), ("i,i->", [7], [7]), ("ij,ij->ij", [2, 3], [2, 3]),
        ("bij,bj->ib", [2, 3, 5], [2, 5]), ("ij,jk->ki", [1, 7], [7, 1]),
        ("abcd,cdef->feab", [2, 3, 1, 2], [1, 2, 3, 2]),
    ]
    lonely = [("ij,jk->k", [3, 5], [5, 2]), ("ij,kl->jl", [2, 3], [2, 5])]
    for op, specs in (("contract", contractions), ("einsum", contractions[:2] + lonely)):
        for spec, a, b in specs:
            yield case(op, pair(a, b), lambda x, y, spec=spec: torch.einsum(spec, x, y), {"spec": spec})


def reductions():
    for op in ("sum", "mean"):
        for shape, axes, keep in (
            ([7], [0], False), ([3, 5], [0], False), ([3, 5], [1], True), ([2, 3, 5], [0, 2], False),
            ([2, 3, 5], [0, 1, 2], False), ([2, 1, 3], [1], False), ([2, 3], [0, 1], True), ([17, 3], [0], False),
        ):
            f = lambda x, op=op, axes=axes, keep=keep: getattr(torch, op)(x, axes, keep)
            yield case(op, [lambda s=shape: normal(s)], f, {"axes": axes, "keepDims": keep})
    yield case("sum", [lambda: normal([0, 3])], lambda x: torch.sum(x, [0]), {"axes": [0], "keepDims": False})
    along = [([7], 0, False), ([3, 5], 0, False), ([3, 5], 1, True), ([2, 3, 5], 1, False), ([2, 1, 3], 1, False)]
    table = {"max": (torch.amax, spaced), "min": (torch.amin, spaced), "logSumExp": (torch.logsumexp, normal)}
    for op, (g, draw) in table.items():
        for shape, axis, keep in along:
            f = lambda x, g=g, axis=axis, keep=keep: g(x, axis, keep)
            yield case(op, [lambda s=shape, d=draw: d(s)], f, {"axis": axis, "keepDims": keep})
    extreme = lambda: torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1003.0], [0.0, 800.0, -800.0]])
    last = {"axis": 1, "keepDims": False}
    yield case("logSumExp", [extreme], lambda x: torch.logsumexp(x, 1), last, steep=True, note="large values")
    for op, g in (("softmax", torch.softmax), ("logSoftmax", torch.log_softmax)):
        for shape, axis, _ in along:
            yield case(op, [lambda s=shape: normal(s)], lambda x, g=g, axis=axis: g(x, axis), {"axis": axis})
        yield case(op, [extreme], lambda x, g=g: g(x, 1), {"axis": 1}, steep=True, note="large values")


def losses():
    for batch, classes in ((5, 3), (1, 7), (4, 1)):
        targets = [(3 * b + 1) % classes for b in range(batch)]
        f = lambda x, t=targets: F.cross_entropy(x, torch.tensor(t))
        yield case("crossEntropy", [lambda s=(batch, classes): normal(s)], f, {"targets": targets})
    large = lambda: torch.tensor([[1000.0, -1000.0, 3.0], [5.0, 800.0, 799.0]])
    f = lambda x: F.cross_entropy(x, torch.tensor([1, 2]))
    yield case("crossEntropy", [large], f, {"targets": [1, 2]}, steep=True, note="large values")
    for shape in ODD:
        yield case("meanSquaredError", [lambda s=shape: normal(s), lambda s=shape: normal(s)], F.mse_loss)


def values():
    """Outputs alone: oneHot has integers only."""
    for indices, depth in (([2, 0, 4], 5), ([[0, 1], [2, 1]], 3), ([0], 1)):
        output = F.one_hot(torch.tensor(indices), depth).to(torch.float64)
        yield {"op": "oneHot", "params": {"indices": indices, "depth": depth}, "inputs": [], "output": record(output)}


CASES = [maps, binary, products, reductions, losses]
VALUES = [values]
