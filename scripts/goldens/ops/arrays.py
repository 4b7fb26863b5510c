"""Products beside matmul, diagonals, padding, repeating, and reading and writing at indices."""

import torch
import torch.nn.functional as F

from cases import case, one
from record import normal, record, rounded, spaced


def pair(a, b):
    return [lambda: normal(a), lambda: normal(b)]


def einsums():
    """Any number of operands; PyTorch's own order of products does not matter in float64 at this size."""
    for spec, *shapes in (
        ("ij,jk,kl->il", [2, 3], [3, 2], [2, 4]), ("i,i,i,i->", [5], [5], [5], [5]),
        ("ij,j,jk->ik", [2, 3], [3], [3, 2]),
        ("ii->i", [4, 4]), ("ii", [3, 3]), ("iij->ij", [2, 2, 3]), ("ij->ji", [2, 3]), ("ij->", [2, 3]), ("ba", [2, 3]),
        ("ij,jk", [2, 3], [3, 2]), ("...ij,...jk->...ik", [2, 1, 2, 3], [3, 3, 2]), ("i...,i...->...", [3, 2], [3, 1]),
        ("bi,bj,bk->ijk", [2, 2], [2, 3], [2, 2]), ("ij,kl,m->ik", [2, 3], [2, 2], [3]), ("iji,j->j", [2, 3, 2], [3]),
        ("ij,ij,ij->ij", [2, 3], [2, 3], [2, 3]), ("ij,jk,kl->il", [2, 0], [0, 3], [3, 2]), (",i,->i", [], [4], []),
    ):
        draws = [lambda s=s: normal(s) for s in shapes]
        yield case("einsum of several", draws, lambda *xs, spec=spec: torch.einsum(spec, *xs), {"spec": spec})


def products():
    for a, b in (([3], [4]), ([2, 2], [3]), ([], [3]), ([0], [2])):
        yield case("outer", pair(a, b), lambda x, y: torch.outer(x.flatten(), y.flatten()))
    for a, b in (([3], [3]), ([2, 3], [3]), ([2, 3], [4, 3]), ([2, 1, 3], [3]), ([], [2, 2])):
        yield case("inner", pair(a, b), torch.inner)
    for a, b in (([3], [3]), ([2, 3], [3, 4]), ([2, 3], [2, 3, 2]), ([], [3])):
        to = lambda x, y: x * y if x.dim() == 0 else torch.tensordot(x, y, ([-1], [max(y.dim() - 2, 0)]))
        yield case("dot", pair(a, b), to)
    yield case("vdot", pair([2, 3], [3, 2]), lambda x, y: torch.vdot(x.flatten(), y.flatten()))
    for a, b, axes in (
        ([2, 3, 4], [3, 4, 2], 2), ([2, 3], [3, 2], [[0, 1], [1, 0]]), ([2], [3], 0), ([2, 3, 2], [2, 5], [[-1], [0]]),
    ):
        yield case("tensordot", pair(a, b), lambda x, y, axes=axes: torch.tensordot(x, y, axes), {"paired": axes})
    for a, b in (([2], [3]), ([2, 2], [2, 3]), ([2, 3], [2]), ([], [2, 2]), ([2, 1, 2], [1, 2, 1])):
        yield case("kron", pair(a, b), torch.kron)
    for a, b, axis in (([3], [3], -1), ([2, 3], [2, 3], 1), ([3, 2], [3, 1], 0), ([4, 3], [3], -1)):
        f = lambda x, y, d=axis: torch.linalg.cross(*torch.broadcast_tensors(x, y), dim=d)
        yield case("cross", pair(a, b), f, {"axis": axis})


def diagonals():
    for shape, k in (([3], 0), ([3], 2), ([2], -1), ([3, 4], 0), ([3, 4], 1), ([4, 2], -2), ([2, 2], 2)):
        yield one("diag", shape, lambda x, k=k: torch.diag(x, k), {"k": k})
    for shape, offset, a, b in (([3, 4], 0, 0, 1), ([2, 3, 4], 1, 1, 2), ([2, 3, 2], -1, 0, -1), ([3, 2, 3], 0, 2, 0)):
        f = lambda x, o=offset, a=a, b=b: torch.diagonal(x, o, a, b)
        yield one("diagonal", shape, f, {"offset": offset, "pair": [a, b]})
        g = lambda x, o=offset, a=a, b=b: torch.diagonal(x, o, a, b).sum(-1)
        yield one("matrixTrace", shape, g, {"offset": offset, "pair": [a, b]})
    for shape, k in (([3, 3], 0), ([2, 4], 1), ([4, 2], -1), ([2, 2, 3], 0), ([2, 3], -4), ([2, 3], 4)):
        yield one("tril", shape, lambda x, k=k: torch.tril(x, k), {"k": k})
        yield one("triu", shape, lambda x, k=k: torch.triu(x, k), {"k": k})


PAD = {"edge": "replicate", "reflect": "reflect", "wrap": "circular"}


def repeats():
    for mode, theirs in PAD.items():
        for shape, low, high in (([1, 1, 5], 2, 1), ([1, 1, 4], 0, 3), ([2, 2, 3], 1, 2)):
            f = lambda x, low=low, high=high, m=theirs: F.pad(x, (low, high), m)
            yield one(f"pad", shape, f, {"low": [0, 0, low], "high": [0, 0, high], "mode": mode})
        f = lambda x, m=theirs: F.pad(x, (1, 0, 2, 1), m)
        yield one("pad", [1, 2, 3, 3], f, {"low": [0, 0, 2, 1], "high": [0, 0, 1, 0], "mode": mode})
    constant = {"low": [0, 1], "high": [1, 2], "mode": "constant", "value": 2.5}
    yield one("pad", [2, 3], lambda x: F.pad(x, (1, 2, 0, 1), value=2.5), constant)
    symmetric = lambda x: torch.cat([x[:2].flip(0), x, x[1:].flip(0)])
    yield one("pad", [3], symmetric, {"low": [2], "high": [2], "mode": "symmetric"})
    for shape, reps in (([3], [2]), ([2, 3], [2, 1]), ([2, 2], [3, 1, 2]), ([], [2]), ([2, 1], [1, 2])):
        yield one("tile", shape, lambda x, reps=reps: torch.tile(x, tuple(reps)), {"reps": reps})
    for shape, repeats, axis in (
        ([3], 2, 0), ([2, 3], 3, 1), ([3], [2, 0, 1], 0), ([2, 3], [1, 2], 0), ([2, 2], 2, None),
    ):
        times = torch.tensor(repeats) if isinstance(repeats, list) else repeats
        f = lambda x, times=times, d=axis: torch.repeat_interleave(x, times, dim=d)
        yield one("repeat", shape, f, {"repeats": repeats, "along": axis})
    for shape, shift, axis in (
        ([5], 2, 0), ([2, 3], -1, 1), ([2, 3], [1, 7], [0, 1]), ([2, 3], 4, None), ([0, 2], 1, 0),
    ):
        yield one("roll", shape, lambda x, s=shift, d=axis: torch.roll(x, s, d), {"shift": shift, "along": axis})
    for shape, source, destination in (
        ([2, 3, 4], 0, -1), ([2, 3, 4], [0, 2], [1, 0]), ([2, 1, 3, 2], [3, 1], [0, -1]),
    ):
        f = lambda x, s=source, d=destination: torch.movedim(x, s, d)
        yield one("moveAxis", shape, f, {"source": source, "destination": destination})
    yield one("swapAxes", [2, 3, 4], lambda x: torch.swapaxes(x, 0, -1), {"pair": [0, -1]})
    yield one("rearrange", [2, 6, 3], lambda x: x.reshape(2, 2, 3, 3).permute(3, 0, 2, 1).reshape(3, 2, 6),
              {"pattern": "b (g h) t -> t b (h g)", "sizes": {"g": 2}})


def take_along(x, axis, indices):
    index = torch.tensor(indices)
    return torch.take_along_dim(x, torch.where(index < 0, index + x.shape[axis], index), axis)


def indexed():
    for shape, indices in (
        ([3, 4], [[0, 1], [2, 3], [0, 1]]), ([3, 4], [[2], [0]]), ([2, 3, 2], [[[1, 2, 0]], [[0, 0, 1]]]),
        ([5], [3]), ([2, 3], [[-1, -3]]),
    ):
        f = lambda x, i=torch.tensor(indices): x[tuple(i.unbind(-1))]
        yield one("gatherND", shape, f, {"indices": indices})
    for shape, axis, indices in (
        ([2, 3], 1, [[0, 0], [2, 1]]), ([3, 2], 0, [[2, 0]]), ([4], 0, [3, 3, -1, 0]),
        ([2, 1, 3], -1, [[[1]], [[2]]]), ([2, 3], 1, [[1]]),
    ):
        f = lambda x, d=axis, i=indices: take_along(x, d, i)
        yield one("takeAlongAxis", shape, f, {"axis": axis, "indices": indices})
    for shape, axis, indices in (([2, 3], 1, [[0, 2], [1, 0]]), ([3, 2], 0, [[2, 0]]), ([4], 0, [3, 1])):
        index = torch.tensor(indices)
        f = lambda x, u, d=axis, i=index: torch.scatter(x, d, i, u)
        draws = [lambda s=shape: normal(s), lambda s=list(index.shape): normal(s)]
        yield case("putAlongAxis", draws, f, {"axis": axis, "indices": indices})
    for shape, axis, keep, size in (
        ([5], 0, [1, 0, 1, 1, 0], None), ([2, 3], 1, [0, 1, 1], 4), ([3, 2], 0, [1, 1, 1], 2),
        ([3], 0, [0, 0, 1], 2),
    ):
        def f(x, d=axis, keep=keep, size=size):
            taken = x.index_select(d, torch.tensor(keep).nonzero().flatten())
            if size is None:
                return taken
            missing = [*x.shape[:d], max(0, size - taken.shape[d]), *x.shape[d + 1 :]]
            return torch.cat([taken, torch.full(missing, 7.0)], d).narrow(d, 0, size)
        yield one("compress", shape, f, {"axis": axis, "keep": keep, "size": size})


def writes():
    """Places without a rival for set, and without a tie for max and min; the repeated index of set is written out."""
    places = (([5, 3], 0, [4, 1, 2]), ([2, 5], 1, [3, 0]), ([7], 0, [6, 0, 3]))
    for shape, axis, indices in places:
        updates = [*shape[:axis], len(indices), *shape[axis + 1 :]]
        f = lambda x, u, d=axis, i=indices: x.index_copy(d, torch.tensor(i), u)
        draws = [lambda s=shape: normal(s), lambda s=updates: normal(s)]
        yield case("scatterSet", draws, f, {"axis": axis, "indices": indices})
    f = lambda x, u: torch.stack([u[3], x[1], u[2]])
    yield case("scatterSet", [lambda: normal([3, 2]), lambda: normal([4, 2])], f, {"axis": 0, "indices": [0, 0, 2, 0]})
    for op, reduce in (("scatterMax", "amax"), ("scatterMin", "amin")):
        for shape, axis, indices in (([5, 3], 0, [4, 0, 0, 4]), ([2, 4], 1, [3, 3, 3]), ([3], 0, [1, 1, 0, 1])):
            updates = [*shape[:axis], len(indices), *shape[axis + 1 :]]
            f = lambda x, u, d=axis, i=indices, r=reduce: extreme(x, u, d, i, r)
            # Both from grids that never meet.
            draws = [lambda s=shape: spaced(s), lambda s=updates: rounded(spaced(s) + 0.03)]
            yield case(op, draws, f, {"axis": axis, "indices": indices})


def extreme(x, u, axis, indices, reduce):
    """As a stack of rows: scatter_reduce has no second derivative in this version."""
    rows = []
    for place in range(x.shape[axis]):
        own = [u.select(axis, k) for k, index in enumerate(indices) if index == place]
        rows.append(getattr(torch.stack([x.select(axis, place), *own]), reduce)(0))
    return torch.stack(rows, axis)


def grids():
    """Several outputs."""
    for shapes, indexing in (([[2], [3]], "xy"), ([[2], [3], [2]], "xy"), ([[2], [3]], "ij")):
        draws = [lambda s=s: normal(s) for s in shapes]
        yield case("meshgrid", draws, lambda *xs, i=indexing: torch.meshgrid(*xs, indexing=i), {"indexing": indexing})


def values():
    for n, m, k in ((3, 3, 0), (2, 4, 1), (3, 2, -1)):
        output = torch.tril(torch.ones(n, m), k)
        yield {"op": "tri", "params": {"n": n, "m": m, "k": k}, "inputs": [], "output": record(output)}
    for start, stop, count, base in ((0, 2, 5, 10), (-1, 3, 4, 2), (1, 1, 1, 10)):
        output = torch.logspace(start, stop, count, base)
        params = {"start": start, "stop": stop, "count": count, "base": base}
        yield {"op": "logspace", "params": params, "inputs": [], "output": record(output)}


CASES = [einsums, products, diagonals, repeats, indexed, writes]
SEVERAL_OUTPUTS = [grids]
VALUES = [values]
