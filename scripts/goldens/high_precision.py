"""A map of one operand again, at 200 digits: value, slope and curvature by mpmath."""

import mpmath
import torch

from checks import EXACT, close

mpmath.mp.dps = 200

def like(x, numbers):
    return torch.tensor([float(n) for n in numbers]).reshape(x.shape)


def check(op, exact, x, measured):
    """Raises unless value (relative), vjp, jvp and second derivative (|a − b| ≤ 1e-12·(1 + |b|)) are right."""
    outputs, cotangents, vjp, tangents, jvp, directions, second = (m[0] for m in measured)
    points = [mpmath.mpf(v) for v in x.flatten().tolist()]
    value, slope, curvature = (like(x, [derivative(exact, p, n) for p in points]) for n in range(3))
    scale = torch.where(value == 0, torch.ones_like(value), value)
    close(outputs / scale, value / scale, 1e-15, f"{op}: value against mpmath")
    close(vjp, slope * cotangents, EXACT, f"{op}: vjp against mpmath")
    close(jvp, slope * tangents, EXACT, f"{op}: jvp against mpmath")
    close(second, curvature * cotangents * directions, EXACT, f"{op}: second order against mpmath")


def derivative(exact, x, order):
    return exact(x) if order == 0 else mpmath.diff(exact, x, order)
