"""Products, what accumulates along an axis, statistics, sorting, searching and counting."""

import math

import torch

from cases import case, one
from record import away_from_zero, normal, record, seed, spaced, uniform

# Huge beside tiny is not for PyTorch: at [1e150, 1e-150, -2] its second derivative is off by as much, for it divides.
WITH_ZEROS = ([0.0], [2.0, 0.0, 3.0, 4.0], [2.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 1.5], [1e100, 2.0, -3.0])


def over(x, axes, f):
    """f of the elements over axes, which become the last axis."""
    kept = [axis for axis in range(x.dim()) if axis not in axes]
    rows = x.permute(kept + axes).reshape([x.shape[axis] for axis in kept] + [-1])
    return f(rows)


def products():
    for shape, axes in (([5], [0]), ([3, 4], [1]), ([2, 3, 2], [0, 2]), ([2, 1, 3], [1]), ([0, 3], [0]), ([], [])):
        # PyTorch takes the product along one axis at a time.
        f = lambda x, axes=axes: over(x, axes, lambda rows: torch.prod(rows, -1)) if axes else x * 1
        if shape == [0, 3]:
            f = lambda x: torch.prod(x, 0)
        yield one("prod", shape, f, {"axes": axes})
    for values in WITH_ZEROS:
        draw = lambda values=values: torch.tensor(values)
        yield case("prod", [draw], lambda x: torch.prod(x, 0), {"axes": [0]}, steep=True, note="zeros, or huge")


def accumulated():
    table = {"cumsum": torch.cumsum, "cumprod": torch.cumprod, "cumLogSumExp": torch.logcumsumexp}
    for op, f in table.items():
        for shape, axis in (([7], 0), ([3, 5], 1), ([2, 3, 2], 1), ([2, 1, 3], 1), ([4, 2], -2), ([0, 3], 0)):
            if op == "cumLogSumExp" and 0 in shape:
                continue
            yield one(op, shape, lambda x, f=f, axis=axis: f(x, axis), {"axis": axis, "reverse": False})
        turned = lambda x, f=f: f(x.flip(0), 0).flip(0)
        yield one(op, [5, 2], turned, {"axis": 0, "reverse": True})
    for values in WITH_ZEROS:
        draw = lambda values=values: torch.tensor(values)
        f = lambda x: torch.cumprod(x, 0)
        yield case("cumprod", [draw], f, {"axis": 0, "reverse": False}, steep=True, note="zeros, or huge")
    far = lambda: torch.tensor([-30.0, 0.5, 20.0, 19.0, -700.0])
    f = lambda x: torch.logcumsumexp(x, 0)
    yield case("cumLogSumExp", [far], f, {"axis": 0, "reverse": False}, steep=True, note="far apart")
    for op, f in (("cummax", torch.cummax), ("cummin", torch.cummin)):
        for shape, axis in (([7], 0), ([3, 5], 1), ([2, 3, 2], 1), ([2, 1, 3], -2)):
            g = lambda x, f=f, axis=axis: f(x, axis).values
            yield case(op, [lambda s=shape: spaced(s)], g, {"axis": axis, "reverse": False})


def statistics():
    for op, f in (("variance", torch.var), ("std", torch.std)):
        for shape, axes, ddof in (
            ([5], [0], 0), ([5], [0], 1), ([3, 4], [1], 1), ([3, 4], [0, 1], 0), ([2, 3, 2], [0, 2], 1), ([0, 3], [1], 0),
        ):
            g = lambda x, f=f, axes=axes, ddof=ddof: f(x, dim=axes, unbiased=ddof == 1)
            yield one(op, shape, g, {"axes": axes, "ddof": ddof})
    large = lambda: torch.tensor([1e6, 1e6 + 1, 1e6 + 3])
    f = lambda x: torch.var(x, dim=[0], unbiased=False)
    yield case("variance", [large], f, {"axes": [0], "ddof": 0}, steep=True, note="a large mean")


def norms():
    for shape, axes in (([5], [0]), ([3, 4], [1]), ([2, 3, 2], [0]), ([1, 3], [0])):
        for ord in (1, 2, 3, 1.5, 0.5, "inf", "-inf"):
            p = float(ord)
            apart = lambda s=shape: spaced(s) + 0.03  # neither ties in size, nor zeros
            f = lambda x, p=p, axes=axes: torch.linalg.vector_norm(x, p, axes)
            yield case("norm", [apart], f, {"ord": ord, "axes": axes})
    for shape, axes in (([3, 4], [0, 1]), ([2, 3, 2], [0, 2])):
        for ord in ("fro", 1, -1, "inf", "-inf"):
            value = ord if ord == "fro" else float(ord)
            f = lambda x, value=value, axes=axes: torch.linalg.matrix_norm(x, value, axes)
            yield case("norm", [lambda s=shape: away_from_zero(s)], f, {"ord": ord, "axes": axes})
    for ord in (2, -2, "nuc"):
        f = lambda x, ord=ord: torch.linalg.matrix_norm(x, ord)
        yield one("norm", [3, 2], f, {"ord": ord, "axes": [0, 1]})
    draw = lambda: torch.tensor([1e120, -2e120])
    yield case("norm", [draw], torch.linalg.vector_norm, {"ord": 2, "axes": [0]}, steep=True, note="huge")


def ordered():
    for shape, axis in (([7], 0), ([3, 5], 1), ([2, 3, 2], 1), ([2, 1, 3], -2), ([0, 3], 0)):
        for descending in (False, True):
            f = lambda x, axis=axis, descending=descending: torch.sort(x, axis, descending).values
            yield case("sort", [lambda s=shape: spaced(s)], f, {"axis": axis, "descending": descending})
    tied = lambda: torch.tensor([2.0, 1.0, 2.0, 1.0, 3.0, 2.0])
    for descending in (False, True):
        f = lambda x, descending=descending: torch.sort(x, stable=True, dim=0, descending=descending)[0]
        yield case("sort", [tied], f, {"axis": 0, "descending": descending}, steep=True, note="ties in their order")
    for shape, k, axis in (([7], 3, 0), ([3, 5], 2, 1), ([4, 2], 4, 0), ([3], 0, 0)):
        f = lambda x, k=k, axis=axis: torch.topk(x, k, axis).values
        yield case("topK", [lambda s=shape: spaced(s)], f, {"k": k, "axis": axis})
    for shape, axes in (([5], [0]), ([3, 4], [1]), ([2, 3, 2], [0, 2]), ([1], [0])):
        f = lambda x, axes=axes: over(x, axes, lambda rows: torch.quantile(rows, 0.5, -1))
        yield case("median", [lambda s=shape: spaced(s)], f, {"axes": axes})
        for method in ("linear", "lower", "higher", "nearest", "midpoint"):
            for q in (0.3, 0.9) if method == "linear" else (0.3,):
                f = lambda x, q=q, m=method, axes=axes: over(
                    x, axes, lambda rows: torch.quantile(rows, q, -1, interpolation=m)
                )
                yield case("quantile", [lambda s=shape: spaced(s)], f, {"axes": axes, "q": q, "method": method})


def weighed():
    for numbers, length in (([0, 2, 2, 1], 3), ([3, 3, 3], 5), ([], 2)):
        numbers = torch.tensor(numbers, dtype=torch.int64)
        f = lambda n, w, length=length: torch.zeros(length).index_add(0, n, w)
        yield case("bincount", [lambda n=numbers: n, lambda n=numbers: normal(n.shape)], f, {"length": length})


def values():
    """Outputs alone: integers."""
    plain = lambda op, params, inputs, y: {
        "op": op, "params": params, "inputs": [record(x) for x in inputs], "output": record(y),
    }
    ties = torch.tensor([[2.0, 1.0, 2.0], [1.0, 1.0, math.pi]])
    for descending in (False, True):
        places = torch.sort(ties, stable=True, dim=1, descending=descending)[1]
        yield plain("argsort", {"axis": 1, "descending": descending}, [ties], places)
    seed("argmin")
    x = normal([3, 4])
    for axis in (0, 1):
        yield plain("argmin", {"axis": axis}, [x], torch.argmin(x, axis))
    yield plain("topK places", {"k": 2, "axis": 1}, [x], torch.topk(x, 2, 1).indices)
    rows = torch.tensor([-1.0, 0.5, 0.5, 2.0])
    wanted = torch.tensor([[-2.0, 0.5], [0.6, 3.0]])
    for side in ("left", "right"):
        found = torch.searchsorted(rows, wanted, right=side == "right")
        yield plain("searchSorted", {"side": side}, [rows, wanted], found)
    yield plain("countNonzero", {"axes": [1]}, [torch.tensor([[0.0, -0.0, 2.0], [1.0, 0.0, 3.0]])], torch.tensor([1, 2]))
    points = uniform([40], -0.5, 2.5)
    counts = torch.histogram(points, torch.tensor([0.0, 0.25, 1.0, 2.0]))[0].to(torch.int64)
    yield plain("histogram", {}, [points, torch.tensor([0.0, 0.25, 1.0, 2.0])], counts)


CASES = [products, accumulated, statistics, norms, ordered, weighed]
VALUES = [values]
