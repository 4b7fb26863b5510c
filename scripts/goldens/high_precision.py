"""The maps again, at 200 digits: value, slope and curvature from mpmath, which shares no formula with PyTorch."""

import mpmath
import torch

from checks import EXACT, close

mpmath.mp.dps = 200

MAPS = {
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


def like(x, numbers):
    return torch.tensor([float(n) for n in numbers]).reshape(x.shape)


def check(op, x, measured):
    """Raises unless value (relative), vjp, jvp and second derivative (|a − b| ≤ 1e-12·(1 + |b|)) are right."""
    outputs, cotangents, vjp, tangents, jvp, directions, second = (m[0] for m in measured)
    points = [mpmath.mpf(v) for v in x.flatten().tolist()]
    value, slope, curvature = (like(x, [derivative(op, p, n) for p in points]) for n in range(3))
    scale = torch.where(value == 0, torch.ones_like(value), value)
    close(outputs / scale, value / scale, 1e-15, f"{op}: value against mpmath")
    close(vjp, slope * cotangents, EXACT, f"{op}: vjp against mpmath")
    close(jvp, slope * tangents, EXACT, f"{op}: jvp against mpmath")
    close(second, curvature * cotangents * directions, EXACT, f"{op}: second order against mpmath")


def derivative(op, x, order):
    return MAPS[op](x) if order == 0 else mpmath.diff(MAPS[op], x, order)
