"""What every golden must satisfy before it is written.

PyTorch's reverse mode is the source of the numbers; the witnesses are its
forward mode (other formulas for most ops), differences (no formulas at all),
and the pairing of the two modes. `controls` shows that they can fail.
"""

import torch
import torch.autograd.forward_ad as forward_ad

EXACT = 1e-12
DIFFERENCES = 1e-8


class GoldenError(AssertionError):
    """A number that is not fit to be a golden."""


def close(actual, expected, tolerance, what):
    if actual.shape != expected.shape:
        raise GoldenError(f"{what}: shape {list(actual.shape)}, expected {list(expected.shape)}")
    if actual.numel() == 0:
        return
    off = ((actual - expected).abs() / (1 + expected.abs())).max().item()
    if not off <= tolerance:
        raise GoldenError(f"{what}: off by {off:.3g}, allowed {tolerance:.3g}")


def finite(x, what):
    if not torch.isfinite(x).all():
        raise GoldenError(f"{what}: not finite")


def dot(xs, ys):
    return sum(((x * y).sum() for x, y in zip(xs, ys)), torch.zeros(()))


def step(xs, directions, h):
    return [x.detach() + h * d for x, d in zip(xs, directions)]


def differences(f, xs, directions, h=3e-4):
    """Derivative of f (tensors to a list of tensors) along `directions`: the five-point stencil, error O(h^4)."""
    far, near = ([f(*step(xs, directions, s * k * h)) for s in (1, -1)] for k in (2, 1))
    return [
        (8 * (n1 - n0) - (f1 - f0)).detach() / (12 * h)
        for f1, f0, n1, n0 in zip(far[0], far[1], near[0], near[1])
    ]


def forward_mode(f, xs, tangents):
    """PyTorch's own forward mode, or None where this version has no rule."""
    try:
        with forward_ad.dual_level():
            ys = f(*(forward_ad.make_dual(x.detach(), t) for x, t in zip(xs, tangents)))
            pairs = [forward_ad.unpack_dual(y) for y in ys]
            return [torch.zeros_like(p) if t is None else t.detach().clone() for p, t in pairs]
    except NotImplementedError:
        return None


class WrongFirst(torch.autograd.Function):
    """tanh whose pullback is wrong by one part in a million."""

    @staticmethod
    def forward(ctx, x):
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, cotangent):
        (y,) = ctx.saved_tensors
        return cotangent * (1 - y * y) * (1 + 1e-6)


class WrongSecond(WrongFirst):
    """tanh whose pullback is right, and forgets that it depends on x."""

    @staticmethod
    def backward(ctx, cotangent):
        (y,) = ctx.saved_tensors
        return cotangent * (1 - y * y).detach()


CONTROLS = [
    ("jvp against differences", WrongFirst.apply),
    ("second order against differences", WrongSecond.apply),
    ("not finite", lambda x: torch.log(x * 0)),
]


def controls(measure):
    """`measure` must refuse each of these, and for the reason given."""
    for reason, f in CONTROLS:
        try:
            measure("control", lambda x: [f(x)], [torch.tensor([0.3, -0.7])])
        except GoldenError as error:
            if reason in str(error):
                continue
        raise SystemExit(f"goldens: the control went uncaught: '{reason}'. Nothing written.")
