"""The ops that move entries about."""

import torch
import torch.nn.functional as F

from cases import case, one
from record import normal


def views():
    for shape, to in (([2, 6], [3, 4]), ([7], [7, 1]), ([2, 1, 3], [6]), ([1], []), ([2, 3, 5], [5, 6])):
        yield one("reshape", shape, lambda x, to=to: x.reshape(to), {"shape": to})
    orders = (([3, 5], [1, 0]), ([2, 3, 5], [2, 0, 1]), ([2, 1, 3], [1, 0, 2]), ([2, 3, 1, 2], [3, 1, 0, 2]))
    for shape, order in orders:
        yield one("transpose", shape, lambda x, order=order: x.permute(order), {"permutation": order})
    for shape, to in (([4], [3, 4]), ([2, 1, 3], [2, 4, 3]), ([], [2, 3]), ([7, 1], [7, 1]), ([1, 1], [5, 2, 3])):
        yield one("broadcastTo", shape, lambda x, to=to: x.expand(to), {"shape": to})
    for shape, axes in (([7], [0]), ([3, 5], [1]), ([2, 3, 5], [0, 2]), ([2, 1, 3], [1])):
        yield one("flip", shape, lambda x, axes=axes: x.flip(axes), {"axes": axes})
    margins = (([3], [2], [1]), ([2, 3], [1, 0], [0, 2]), ([2, 1, 3], [0, 1, 2], [1, 0, 0]), ([2], [0], [0]))
    for shape, low, high in margins:
        pairs = [n for axis in reversed(range(len(shape))) for n in (low[axis], high[axis])]
        yield one("pad", shape, lambda x, pairs=pairs: F.pad(x, pairs), {"low": low, "high": high})
    for shape, starts, stops, steps in (
        ([7], [1], [6], [1]), ([7], [0], [7], [3]), ([5], [2], [2], [1]), ([3, 5], [1, 0], [3, 5], [1, 2]),
        ([2, 3, 5], [0, 2, 1], [2, 3, 5], [1, 1, 3]), ([2, 1, 3], [1, 0, 0], [2, 1, 3], [1, 1, 1]),
    ):
        cut = tuple(slice(a, b, s) for a, b, s in zip(starts, stops, steps))
        yield one("slice", shape, lambda x, cut=cut: x[cut], {"starts": starts, "stops": stops, "steps": steps})


def joins():
    draws = lambda shapes: [lambda s=s: normal(s) for s in shapes]
    for shapes, axis in (([[2, 3], [1, 3]], 0), ([[2, 3], [2, 1], [2, 5]], 1), ([[7]], 0), ([[2, 1, 3], [2, 0, 3]], 1)):
        yield case("concat", draws(shapes), lambda *xs, axis=axis: torch.cat(xs, axis), {"axis": axis})
    for shape, count, axis in (([3], 2, 0), ([2, 3], 3, 1), ([2, 3], 2, 2), ([], 3, 0)):
        yield case("stack", draws([shape] * count), lambda *xs, axis=axis: torch.stack(xs, axis), {"axis": axis})


def indexed():
    for shape, axis, indices in (
        ([5, 3], 0, [4, 0, 0, 2]), ([2, 5], 1, [3, 3, 1]), ([2, 3, 5], 1, [2]), ([7], 0, [6, 5, 4, 3, 2, 1, 0]),
        ([5, 3], 0, [[1, 0, 1], [4, 1, 2]]), ([2, 5], 1, [[0, 4], [4, 4]]),
    ):
        index = torch.tensor(indices)
        target = lambda x, axis=axis, index=index: [*x.shape[:axis], *index.shape, *x.shape[axis + 1 :]]
        f = lambda x, axis=axis, index=index, target=target: x.index_select(axis, index.flatten()).reshape(target(x))
        yield one("gather", shape, f, {"axis": axis, "indices": indices})
    places = (([5, 3], 0, [4, 0, 0, 2]), ([2, 5], 1, [3, 3, 3]), ([2, 3, 5], 1, [2]), ([7], 0, [0, 6, 0]))
    for shape, axis, indices in places:
        updates = [*shape[:axis], len(indices), *shape[axis + 1 :]]
        f = lambda x, u, axis=axis, indices=indices: x.index_add(axis, torch.tensor(indices), u)
        draws = [lambda s=shape: normal(s), lambda s=updates: normal(s)]
        yield case("scatterAdd", draws, f, {"axis": axis, "indices": indices})


def splits():
    """Several outputs, so plural keys: outputs, cotangents, and one jvp for each."""
    cuts = (([7], 0, [3, 4]), ([2, 6], 1, [1, 2, 3]), ([4, 3], 0, [1, 1, 1, 1]), ([2, 1, 3], 1, [1, 0]))
    for shape, axis, sizes in cuts:
        f = lambda x, sizes=sizes, axis=axis: torch.split(x, sizes, axis)
        yield one("split", shape, f, {"axis": axis, "sizes": sizes})


CASES = [views, joins, indexed]
SEVERAL_OUTPUTS = [splits]
