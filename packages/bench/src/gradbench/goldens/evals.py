"""What the tests of the evals compare with: evals.py > evals.json"""

import json
import math

import torch
from torch_evals import MODULES, answer, ba_dense


def spread(seed, *shape):
    """Numbers in ±1 with four decimals, by the formula of workloads/hash.ts."""
    count = math.prod(shape)
    i = torch.arange(count, dtype=torch.int64)
    hashed = (i * 2654435761 + seed * 40503 + 12345) % 4294967296
    mixed = ((hashed ^ (hashed >> 15)) * 22695477 + 1) % 4294967296
    return (((mixed.double() / 4294967296) * 2 - 1) * 1e4).round().div(1e4).reshape(shape)


def mixture(d, k, n, m, gamma):
    shapes = {"x": (n, d), "alpha": (k,), "mu": (k, d), "q": (k, d), "l": (k, d * (d - 1) // 2)}
    drawn = {name: spread(10 + i, *shape).tolist() for i, (name, shape) in enumerate(shapes.items())}
    return {"d": d, "k": k, "n": n, "m": m, "gamma": gamma, **drawn}


def hand(points, vertices, on_triangles, mirrored):
    bones = 22
    frames = torch.eye(4).repeat(2 * bones, 1, 1)
    frames[:, :3] += 0.3 * spread(20, 2 * bones, 3, 4)
    weights = spread(21, vertices, bones).abs()
    triangles = (spread(22, 7, 3).abs() * vertices).long() % vertices
    model = {
        "bone_count": bones,
        "bone_names": [f"bone{b}" for b in range(bones)],
        "parents": [-1, 0] + [0 if b % 4 == 2 else b - 1 for b in range(2, bones)],
        "base_relatives": frames[:bones].tolist(),
        "inverse_base_absolutes": frames[bones:].tolist(),
        "base_positions": torch.cat([spread(23, vertices, 3), torch.ones(vertices, 1)], 1).tolist(),
        "weights": (weights / weights.sum(1, keepdim=True)).mul(1e4).round().div(1e4).tolist(),
        "triangles": triangles.tolist(),
        "is_mirrored": mirrored,
    }
    count = len(triangles) if on_triangles else vertices
    chosen = (spread(24, points).abs() * count).long() % count
    data = {"model": model, "correspondences": chosen.tolist(), "points": spread(25, points, 3).tolist()}
    return {"theta": spread(26, 26).tolist(), "data": data, "us": spread(27, points, 2).tolist() if on_triangles else []}


def scene(n, m, p, turn):
    camera = torch.cat([torch.tensor(turn), spread(30, 3), torch.tensor([800.0, 12.5, -7.25, 0.05, -0.02])])
    return {"n": n, "m": m, "p": p, "cam": camera.tolist(), "x": [0.7, -0.4, 3.5], "w": 0.8, "feat": [110.0, -95.5]}


def cases():
    yield "hello", {"square": 1.5, "double": 1.5}
    for n, m in ((2, 1), (33, 8)):
        yield "llsq", {"x": spread(1, m).tolist(), "n": n}
    for x in (spread(2, 1), 100 * spread(4, 40), spread(5, 3) + 1000):
        yield "lse", {"x": x.tolist()}
    for ell in (1, 2, 5):
        yield "det", {"A": spread(6, ell * ell).tolist(), "ell": ell}
    for n, s in ((1, 1), (6, 10)):
        yield "ode", {"x": (spread(7, n) + 1).tolist(), "s": s}
    for sizes in ((1, 2, 3, 0, 1.0), (4, 5, 11, 3, 0.6)):
        yield "gmm", mixture(*sizes)
    yield "ba", scene(3, 5, 40, [0.3, -0.2, 0.6])
    yield "ba", scene(2, 3, 1, [0.0, 0.0, 0.0])
    yield "ht", hand(9, 12, True, False)
    yield "ht", hand(5, 12, False, True)
    for n, k, d in ((4, 1, 1), (150, 7, 2)):
        points = spread(8, n, d).tolist()
        yield "kmeans", {"points": points, "centroids": points[-k:]}
    yield "saddle", {"start": [1.0, 1.0]}
    yield "saddle", {"start": [0.5, -2.0]}
    yield "particle", {"w": 0.0}


def check_ba(given):
    """The blocks against the dense Jacobian, in which everything else is 0."""
    found, dense = answer("ba", "jacobian", given), ba_dense(given)
    for column, value, at in zip(found["cols"][:30], found["vals"][:30], range(30)):
        assert abs(dense[at // 15, column].item() - value) < 1e-9
    assert (dense[:2] != 0).sum() <= 30


def write():
    golden = []
    for module, given in cases():
        if module == "ba":
            check_ba(given)
        # All modes of one search give one point.
        for function in list(MODULES[module])[: 1 if module in ("saddle", "particle") else None]:
            value = given[function] if module == "hello" else given
            golden.append({"module": module, "function": function, "input": value, "output": answer(module, function, value)})
    print("[\n" + ",\n".join(json.dumps(case) for case in golden) + "\n]")


if __name__ == "__main__":
    write()
