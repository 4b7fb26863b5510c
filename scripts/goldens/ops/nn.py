"""Activations, normalisation, attention, and windows along time."""

import mpmath
import torch
import torch.nn.functional as F

from cases import case, one
from record import away_from_zero, normal, spaced, uniform

ODD = [[7], [2, 1, 3], []]
HUGE = [-1000.0, -40.0, -1e-9, 1e-9, 40.0, 1000.0]

SIGMOID = lambda x: 1 / (1 + mpmath.exp(-x))
# The smooth ones again, in mpmath, which shares no formula with PyTorch.
EXACTLY = {
    "silu": lambda x: x * SIGMOID(x),
    "mish": lambda x: x * (1 - 2 / ((1 + mpmath.exp(x)) ** 2 + 1)),
    "logSigmoid": lambda x: mpmath.log(SIGMOID(x)),
    "softsign": lambda x: x / (1 + abs(x)),
}


def drawn(op, shape, draw, f, params=None):
    """A case with one operand, drawn by `draw`."""
    return case(op, [lambda: draw(shape)], f, params)


def smooth():
    both = lambda shape: uniform(shape, -4, 4)
    table = {
        "silu": (F.silu, both), "mish": (F.mish, both), "logSigmoid": (F.logsigmoid, both),
        "softsign": (F.softsign, away_from_zero), "selu": (F.selu, away_from_zero),
    }
    for op, (f, draw) in table.items():
        exact = {"exact": EXACTLY[op]} if op in EXACTLY else {}
        for shape in ODD:
            yield case(op, [lambda s=shape, d=draw: d(s)], f, **exact)
        # PyTorch's second derivative of mish is NaN at ±1000.
        points = HUGE[1:-1] if op == "mish" else HUGE
        yield case(op, [lambda p=points: torch.tensor(p)], f, steep=True, note="huge and tiny", **exact)
    for approximate in ("none", "tanh"):
        f = lambda x, a=approximate: F.gelu(x, approximate=a)
        for shape in ODD:  # not against mpmath: PyTorch loses digits of Φ where it is small
            yield case("gelu", [lambda s=shape: both(s)], f, {"approximate": approximate})
        points = torch.tensor(HUGE[1:-1])
        yield case("gelu", [lambda p=points: p], f, {"approximate": approximate}, steep=True, note="huge and tiny")
    for alpha in (1.0, 0.25):
        for op, g in (("elu", F.elu), ("celu", F.celu)):
            f = lambda x, g=g, alpha=alpha: g(x, alpha)
            yield drawn(op, [3, 5], lambda s: away_from_zero(s, 0.1, 3.0), f, {"alpha": alpha})
            yield case(op, [lambda: torch.tensor(HUGE)], f, {"alpha": alpha}, steep=True, note="huge and tiny")
    for shape, axis in (([4], 0), ([2, 6], 1), ([4, 1, 3], 0), ([2, 0], 1)):
        yield one("glu", shape, lambda x, axis=axis: F.glu(x, axis), {"axis": axis})


def kinked():
    """Every kink at least 0.1 away. F.hardsigmoid and F.hardswish have no second derivative in PyTorch."""
    table = {
        "leakyRelu": (lambda x: F.leaky_relu(x, 0.2), [0.0], {"slope": 0.2}),
        "hardTanh": (lambda x: F.hardtanh(x, -0.5, 2), [-0.5, 2.0], {"low": -0.5, "high": 2}),
        "relu6": (F.relu6, [0.0, 6.0], {}),
        "hardSigmoid": (lambda x: F.relu6(x + 3) / 6, [-3.0, 3.0], {}),
        "hardSwish": (lambda x: x * F.relu6(x + 3) / 6, [-3.0, 3.0], {}),
    }
    for op, (f, at, params) in table.items():
        draw = lambda s, at=at: apart(uniform(s, -8, 8), at)
        for shape in ODD:
            yield drawn(op, shape, draw, f, params)
        yield case(op, [lambda: torch.tensor(HUGE)], f, params, steep=True, note="huge and tiny")


def apart(x, places):
    """x, with what is nearer than 0.1 to one of the places moved by 0.3."""
    for place in places:
        x = torch.where((x - place).abs() < 0.1, x + 0.3, x)
    return x


def normed(x, axes, eps):
    off = x - x.mean(axes, keepdim=True)
    return off / torch.sqrt((off * off).mean(axes, keepdim=True) + eps)


def norms():
    for shape, axes in (([5], [0]), ([3, 4], [1]), ([3, 4], [0]), ([2, 3, 4], [1, 2]), ([2, 3, 4], [0, 2]), ([3, 1], [1])):
        f = lambda x, axes=axes: normed(x, axes, 1e-5)
        yield one("standardize", shape, f, {"axes": axes, "eps": 1e-5})
        kept = [n if axis in axes else 1 for axis, n in enumerate(shape)]
        extents = [shape[axis] for axis in axes]
        rms = lambda x, w, axes=axes, kept=kept: (
            x / torch.sqrt((x * x).mean(axes, keepdim=True) + 0.01) * w.reshape(kept)
        )
        draws = [lambda s=shape: normal(s), lambda s=extents: normal(s)]
        yield case("rmsNorm", draws, rms, {"axes": axes, "eps": 0.01})
    for shape, count in (([5], 1), ([3, 4], 1), ([2, 3, 4], 2), ([0, 3], 1)):
        extents = shape[-count:]
        f = lambda x, w, b, extents=extents: F.layer_norm(x, extents, w, b, 0.01)
        draws = [lambda s=shape: normal(s), lambda s=extents: normal(s), lambda s=extents: normal(s)]
        yield case("layerNorm", draws, f, {"axes": list(range(-count, 0)), "eps": 0.01})


def attended(q, k, v, seen=None):
    """Batches in front; rows that see nothing are zero."""
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if seen is None:
        return torch.softmax(scores, -1) @ v
    y = torch.softmax(scores.masked_fill(~seen, -1e300), -1)
    return torch.where(seen, y, torch.zeros_like(y)) @ v


def attention():
    sizes = [([3, 2], [4, 2], [4, 5]), ([2, 3, 2], [2, 3, 2], [2, 3, 1]), ([2, 1, 3], [2, 4, 3], [2, 4, 3])]
    for shapes in sizes:
        draws = [lambda s=s: normal(s) for s in shapes]
        params = {"batchFirst": len(shapes[0]) > 2}
        yield case("dotProductAttention", draws, attended, params)
        past = torch.ones(shapes[0][-2], shapes[1][-2], dtype=torch.bool).tril()
        f = lambda q, k, v, past=past: attended(q, k, v, past)
        yield case("dotProductAttention", draws, f, {**params, "causal": True})
    for seen in ([[True, False, True], [False, False, False]], [[False, True, False], [True, True, True]]):
        f = lambda q, k, v, seen=seen: attended(q, k, v, torch.tensor(seen))
        draws = [lambda: normal([2, 2]), lambda: normal([3, 2]), lambda: normal([3, 1])]
        yield case("dotProductAttention", draws, f, {"mask": seen})
    heads = lambda q, k, v: attended(*(x.permute(0, 2, 1, 3) for x in (q, k, v))).permute(0, 2, 1, 3)
    draws = [lambda s=s: normal(s) for s in ([2, 3, 2, 2], [2, 4, 2, 2], [2, 4, 2, 1])]
    yield case("dotProductAttention", draws, heads, {"batchFirst": True})
    large = [lambda: normal([2, 2]) * 400, lambda: normal([3, 2]), lambda: normal([3, 1])]
    yield case("dotProductAttention", large, attended, {}, steep=True, note="large scores")


def convolutions():
    """Ours: x [B, T, C], w [K, C / groups, O]; PyTorch's: [B, C, T], [O, C / groups, K]."""
    def ours(g, padding, **options):
        def f(x, w):
            low, high = padding
            x = F.pad(x.permute(0, 2, 1), (low, high)).contiguous()
            y = g(x, w.permute(2, 1, 0).contiguous(), **options)
            return y.permute(0, 2, 1)
        return f

    for (b, t, c), (k, o), groups, stride, dilation, name, padding in (
        ((2, 5, 3), (2, 4), 1, 1, 1, "valid", (0, 0)), ((1, 7, 2), (3, 2), 2, 1, 1, "same", (1, 1)),
        ((2, 6, 4), (3, 6), 2, 2, 1, "same", (0, 1)), ((1, 6, 1), (2, 2), 1, 1, 3, "causal", (3, 0)),
        ((2, 5, 2), (2, 2), 1, 3, 2, [2, 1], (2, 1)), ((1, 4, 3), (1, 3), 3, 1, 1, "causal", (0, 0)),
        ((2, 4, 1), (4, 1), 1, 1, 1, "same", (1, 2)), ((1, 8, 2), (3, 1), 1, 5, 1, "same", (0, 0)),
        ((0, 4, 2), (2, 3), 1, 1, 1, "valid", (0, 0)),
    ):
        options = {"stride": stride, "dilation": dilation, "groups": groups}
        f = ours(F.conv1d, padding, **options)
        draws = [lambda s=(b, t, c): normal(s), lambda s=(k, c // groups, o): normal(s)]
        yield case("conv1d", draws, f, {**options, "padding": name, "batchFirst": True})


def pools():
    def ours(g):
        return lambda x: g(x.permute(0, 2, 1)).permute(0, 2, 1)

    for size, stride, pad, include in ((2, 2, 0, True), (3, 1, 1, True), (3, 2, 1, False), (1, 1, 0, True), (5, 3, 2, False)):
        f = ours(lambda x, a=(size, stride, pad), i=include: F.avg_pool1d(x, *a, count_include_pad=i))
        params = {"size": size, "stride": stride, "padding": [pad, pad], "batchFirst": True}
        yield one("avgPool1d", [2, 5, 3], f, {**params, "countIncludePad": include})
        g = ours(lambda x, a=(size, stride, pad): F.max_pool1d(x, *a))
        yield drawn("maxPool1d", [2, 5, 3], spaced, g, params)
    dilated = ours(lambda x: F.max_pool1d(x, 2, 1, 0, 3))
    params = {"size": 2, "stride": 1, "dilation": 3, "padding": "valid", "batchFirst": True}
    yield drawn("maxPool1d", [1, 7, 2], spaced, dilated, params)
    for shape, axis, size, stride in (([5], 0, 2, 1), ([2, 7], 1, 3, 2), ([6, 2], 0, 2, 3), ([2, 4, 3], 1, 4, 1)):
        f = lambda x, a=axis, n=size, s=stride: x.unfold(a, n, s).movedim(-1, a + 1)
        yield one("windows", shape, f, {"axis": axis, "size": size, "stride": stride})


CASES = [smooth, kinked, norms, attention, convolutions, pools]
