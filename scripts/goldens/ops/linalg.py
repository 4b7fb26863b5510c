"""Solves, factorisations and functions of matrices. Signs that a factorisation leaves open are fixed as ours are, or cancel."""

import torch

from cases import case, one
from record import normal, record, seed

T = lambda x: x.transpose(-1, -2)
symmetric = lambda x: (x + T(x)) / 2

SQUARES = ([1, 1], [2, 2], [3, 3], [5, 5], [2, 3, 3], [0, 0], [0, 2, 2])


def plus(shape, by):
    """Near a multiple of the identity."""
    return lambda: normal(shape) + by * torch.eye(shape[-1])


def ill(n):
    """The Hilbert matrix."""
    i = torch.arange(n, dtype=torch.float64)
    return lambda: 1 / (i[:, None] + i + 1)


def permuted(shape):
    return lambda: (normal(shape) / 5 + 3 * torch.eye(shape[-1]))[..., torch.randperm(shape[-1]), :]


def solves():
    for shape, columns in (([1, 1], 1), ([3, 3], 2), ([5, 5], 1), ([2, 3, 3], 2), ([0, 0], 2), ([3, 3], 0)):
        right = lambda s=shape, c=columns: normal([*s[:-1], c])
        yield case("solve", [permuted(shape), right], torch.linalg.solve)
    yield case("solve", [plus([2, 2, 2], 3), lambda: normal([3, 1, 2, 1])], torch.linalg.solve, note="batches broadcast")
    yield case("solve", [plus([3, 3], 3), lambda: normal([3])], torch.linalg.solve, note="a vector")
    yield case("solve", [ill(4), lambda: normal([4, 1])], torch.linalg.solve, steep=True, note="ill-conditioned")
    for lower in (False, True):
        for transposed in (False, True):
            for unit in (False, True):
                p = {"lower": lower, "transposed": transposed, "unitDiagonal": unit}
                yield case("solveTriangular", [plus([3, 3], 4), lambda: normal([3, 2])], triangular(p), p)
    p = {"lower": True, "transposed": False, "unitDiagonal": False}
    yield case("solveTriangular", [plus([2, 2, 2], 4), lambda: normal([2, 2, 1])], triangular(p), p)
    for upper in (False, True):
        f = lambda l, b, upper=upper: torch.cholesky_solve(b, l.triu() if upper else l.tril(), upper=upper)
        yield case("choSolve", [plus([3, 3], 3), lambda: normal([3, 2])], f, {"upper": upper})


def triangular(p):
    def f(a, b):
        t = T(a) if p["transposed"] else a
        upper = p["lower"] == p["transposed"]
        return torch.linalg.solve_triangular(t, b, upper=upper, unitriangular=p["unitDiagonal"])

    return f


def inverses():
    for shape in SQUARES:
        yield case("inv", [permuted(shape)], torch.linalg.inv)
    for shape in ([3, 3], [4, 2], [2, 4], [2, 3, 2], [0, 2]):
        yield one("pinv", shape, torch.linalg.pinv, {})
    # torch.linalg.lstsq has no derivative for a right side that is not in the range, nor for wide matrices
    least = lambda a, b: torch.linalg.pinv(a) @ b
    for shape in ([3, 3], [5, 2], [2, 5], [2, 3, 2]):
        yield case("lstsq", [lambda s=shape: normal(s), lambda s=shape: normal([*s[:-1], 2])], least)
    # Of rank 2 along both tangents and directions, since the operands are its factors.
    yield case("lstsqOfRank2", [lambda: normal([4, 2]), lambda: normal([2, 3]), lambda: normal([4, 1])], of_rank_2)


def of_rank_2(p, q, b):
    return torch.linalg.pinv(q) @ torch.linalg.pinv(p) @ b


def factors():
    """cholesky and eigh take the symmetric part, as ours do."""
    for shape in SQUARES:
        gram = lambda x: torch.linalg.cholesky(symmetric(x))
        yield case("cholesky", [lambda s=shape: normal(s) @ T(normal(s)) / s[-1] + 2 * torch.eye(s[-1]) if s[-1] else normal(s)], gram)
        yield one("eigvalsh", shape, lambda x: torch.linalg.eigvalsh(symmetric(x)), {})
    for shape in ([1, 1], [3, 3], [5, 2], [2, 7]):
        yield one("singularValues", shape, torch.linalg.svdvals, {})


def several():
    yield case("qr", [permuted([3, 3])], qr)
    for shape in ([1, 1], [5, 2], [2, 4], [2, 3, 2], [3, 0]):
        yield one("qr", shape, qr, {})
    for shape in ([1, 1], [2, 2], [4, 4], [2, 3, 3]):
        yield one("eigh", shape, eigh, {})
        yield case("lu", [permuted(shape)], lu)
    for shape in ([3, 3], [4, 2], [2, 3]):
        yield one("svd", shape, svd, {})


def qr(x):
    q, r = torch.linalg.qr(x)
    sign = torch.diagonal(r, dim1=-2, dim2=-1).sign().detach()
    return [q * sign.unsqueeze(-2), r * sign.unsqueeze(-1)]


def eigh(x):
    values, vectors = torch.linalg.eigh(symmetric(x))
    places = vectors.abs().argmax(-2, keepdim=True)
    return [values, vectors * vectors.gather(-2, places).sign().detach()]


def lu(x):
    _, l, u = torch.linalg.lu(x)
    return [l, u]


def svd(x):
    """The values, the polar factor, and the projections on the first vectors of either side."""
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    return [s, u @ vh, u[..., :1] @ T(u[..., :1]), T(vh[..., :1, :]) @ vh[..., :1, :]]


def functions():
    for shape in SQUARES:
        if 0 not in shape:  # of none PyTorch forgets where it came from
            yield case("det", [permuted(shape)], torch.linalg.det)
        yield case("slogdet", [permuted(shape)], lambda x: torch.linalg.slogdet(x).logabsdet)
        yield one("expm", shape, torch.matrix_exp, {})
    for shape in ([2, 2], [3, 3], [2, 3, 3]):
        yield case("cofactor", [permuted(shape)], lambda x: torch.linalg.det(x)[..., None, None] * T(torch.linalg.inv(x)))
    # Of rank n − 1 and n − 2, written out, since PyTorch's second order divides by the pivots.
    rank1 = lambda: torch.tensor([[1.0, 2.0], [2.0, 4.0]])
    yield case("det", [rank1], lambda x: x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0], note="singular")
    yield case("expm", [lambda: 6 * normal([3, 3])], torch.matrix_exp, steep=True, note="large")
    for n in (1, 2, 5, -1, -3):
        yield case("matrixPower", [permuted([3, 3])], lambda x, n=n: torch.linalg.matrix_power(x, n), {"n": n})


def values():
    """The spectral radius has no derivative that PyTorch knows; a rank has none; the sign of a determinant is constant."""
    for n in (1, 2, 5, 16):
        seed(f"spectralRadius {n}")
        x = normal([n, n]) / n**0.5
        radius = torch.linalg.eigvals(x).abs().max()
        yield {"op": "spectralRadius", "params": {}, "inputs": [record(x)], "output": record(radius)}
    for rank in (0, 1, 3):
        seed(f"matrixRank {rank}")
        x = normal([4, rank]) @ normal([rank, 3])
        count = torch.linalg.matrix_rank(x).to(torch.int32)
        yield {"op": "matrixRank", "params": {}, "inputs": [record(x)], "output": record(count)}
    for number in range(4):
        seed(f"signOfDet {number}")
        x = normal([3, 3])
        sign = torch.linalg.slogdet(x).sign
        yield {"op": "signOfDet", "params": {}, "inputs": [record(x)], "output": record(sign)}


CASES = [solves, inverses, factors, functions]
SEVERAL_OUTPUTS = [several]
VALUES = [values]
