"""Scalar functions beside the elementary ones, away from poles, kinks and the ends of their domains."""

import math

import mpmath
import torch

from cases import case
from record import away_from_zero, record, uniform

ODD = [[7], [3, 5], [2, 1, 3], [], [0, 4]]
PAIRS = [([3, 4], [4]), ([2, 1, 3], [4, 1]), ([], [2, 3]), ([5], [5]), ([7, 1], [1, 5]), ([0, 3], [3])]

# The same in mpmath, which shares no formula with PyTorch; its erfinv is not that exact.
EXACTLY = {
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "exp2": lambda x: mpmath.power(2, x),
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "tan": mpmath.tan,
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "arcsinh": mpmath.asinh,
    "arccosh": mpmath.acosh,
    "arctanh": mpmath.atanh,
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
}


# PyTorch's trigamma, to which its lgamma and digamma lead, is only good to 1e-9; these are made of its sums and powers.
STEPS = 30
BERNOULLI = [float(mpmath.bernoulli(2 * j)) for j in range(1, 11)]


def lgamma(x):
    """Stirling's series 30 steps up."""
    z = x + STEPS
    series = sum(b / (2 * j * (2 * j - 1) * z ** (2 * j - 1)) for j, b in enumerate(BERNOULLI, 1))
    below = sum(torch.log(torch.abs(x + k)) for k in range(STEPS))
    return (z - 0.5) * torch.log(z) - z + 0.5 * math.log(2 * math.pi) + series - below


def digamma(x):
    z = x + STEPS
    series = sum(b / (2 * j * z ** (2 * j)) for j, b in enumerate(BERNOULLI, 1))
    return torch.log(z) - 0.5 / z - series - sum(1 / (x + k) for k in range(STEPS))


def polygamma(n, x):
    z = x + STEPS
    terms = [math.factorial(2 * j + n - 1) / math.factorial(2 * j) * b / z ** (2 * j + n) for j, b in enumerate(BERNOULLI, 1)]
    top = math.factorial(n - 1) / z**n + math.factorial(n) / (2 * z ** (n + 1)) + sum(terms)
    return (-1) ** (n + 1) * (top + math.factorial(n) * sum(1 / (x + k) ** (n + 1) for k in range(STEPS)))


def between(low, high):
    return lambda shape: uniform(shape, low, high)


def gamma_domain(shape):
    """Above 0, and below it at least 0.2 from an integer."""
    x = uniform(shape, 0.3, 6)
    below = torch.floor(uniform(shape, -3, 0)) + uniform(shape, 0.2, 0.8)
    return torch.where(torch.rand(shape) < 0.3, below, x)


def maps():
    """Ops of one operand: (function, domain, values where it is delicate)."""
    both, unit = between(-2.5, 2.5), between(-0.9, 0.9)
    positive = between(0.2, 4)
    table = {
        "cbrt": (lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3), away_from_zero, [1e-9, -1e12]),
        "rsqrt": (torch.rsqrt, positive, [1e-8, 1e12]),
        "exp2": (torch.exp2, both, [-30.0, 1e-9]),
        "log2": (torch.log2, positive, [1e-8, 1.0000001, 1e12]),
        "log10": (torch.log10, positive, [1e-8, 1.0000001, 1e12]),
        "tan": (torch.tan, between(-1.3, 1.3), [1e-9, 10.0, -1000.0]),
        "arcsin": (torch.arcsin, unit, [1e-9, 0.99]),
        "arccos": (torch.arccos, unit, [1e-9, -0.99]),
        "arctan": (torch.arctan, both, [1e-9, -1e4]),
        "sinh": (torch.sinh, both, [1e-9, -8.0]),
        "cosh": (torch.cosh, both, [1e-9, 8.0]),
        "arcsinh": (torch.arcsinh, both, [1e-9, 1e6]),
        "arccosh": (torch.arccosh, between(1.3, 5), [1.1, 1e6]),
        "arctanh": (torch.arctanh, unit, [1e-9, 0.99]),
        "logit": (torch.logit, between(0.1, 0.9), [0.01, 0.5, 0.99]),
        "erf": (torch.erf, both, [1e-9, 4.0]),
        "erfc": (torch.erfc, both, [1e-9, 5.0]),
        "erfinv": (torch.erfinv, unit, [1e-9, -0.99]),
        "lgamma": (lgamma, gamma_domain, [50.0, 1e5]),
        "digamma": (digamma, gamma_domain, [50.0, 1e5]),
    }
    for op, (f, domain, delicate) in table.items():
        exact = {"exact": EXACTLY[op]} if op in EXACTLY else {}
        for shape in ODD:
            yield case(op, [lambda shape=shape, domain=domain: domain(shape)], f, **exact)
        yield case(op, [lambda delicate=delicate: torch.tensor(delicate)], f, steep=True, note="steep or flat", **exact)


def derivatives_of_digamma():
    for n in (1, 2, 3):
        for shape in ([5], [2, 3], []):
            f = lambda x, n=n: polygamma(n, x)
            yield case("polygamma", [lambda shape=shape: uniform(shape, 0.8, 6)], f, {"n": n})


def pairs():
    """Ops of two operands that broadcast."""
    whole = lambda shape: away_from_zero(shape, 0.3)
    table = {
        "arctan2": (torch.arctan2, whole, whole),
        "hypot": (torch.hypot, whole, whole),
        "logaddexp": (torch.logaddexp, between(-3, 3), between(-3, 3)),
        "xlogy": (torch.xlogy, whole, between(0.3, 3)),
    }
    for op, (f, first, second) in table.items():
        for a, b in PAIRS:
            draws = [lambda a=a, first=first: first(a), lambda b=b, second=second: second(b)]
            yield case(op, draws, f)


def values():
    """What has no derivative, or one that is 0."""
    table = {
        "round": (torch.round, [-2.5, -1.5, -0.5, 0.5, 1.5, 2.4, 2.6, 1e15]),
        "trunc": (torch.trunc, [-2.7, -0.2, 0.9, 3.0, 1e15]),
        "isNaN": (torch.isnan, [1.0, 0.0, -1e300]),
        "isInf": (torch.isinf, [1.0, 0.0, -1e300]),
    }
    for op, (f, points) in table.items():
        x = torch.tensor(points)
        yield {"op": op, "params": {}, "inputs": [record(x)], "output": record(f(x))}


CASES = [maps, derivatives_of_digamma, pairs]
VALUES = [values]
