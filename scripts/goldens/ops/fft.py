"""Fourier transforms, and complex numbers by their parts."""

import torch

from cases import case, one
from record import normal, uniform


def parts(z):
    """re and im as tensors with memory of their own: parts of one complex tensor have no tangents in forward mode."""
    return [z.real.clone(), z.imag.clone()]


def draws(*shapes):
    return [lambda s=s: normal(s) for s in shapes]


def transforms():
    sizes = [([1], None), ([2], None), ([3], None), ([8], None), ([7], 12), ([20], 13), ([32], None), ([131], None)]
    for shape, n in sizes:
        for op in ("fft", "ifft"):
            g = getattr(torch.fft, op)
            f = lambda a, b, g=g, n=n: parts(g(torch.complex(a, b), n))
            yield case(op, draws(shape, shape), f, {"n": n} if n else {})
        f = lambda x, n=n: parts(torch.fft.rfft(x, n))
        yield one("rfft", shape, f, {"n": n} if n else {})
    for norm in ("ortho", "forward"):
        for op in ("fft", "ifft"):
            g = getattr(torch.fft, op)
            f = lambda a, b, g=g, norm=norm: parts(g(torch.complex(a, b), 6, 1, norm))
            yield case(op, draws([2, 5, 2], [2, 5, 2]), f, {"n": 6, "axis": 1, "norm": norm})
        f = lambda x, norm=norm: parts(torch.fft.rfft(x, 5, 0, norm))
        yield one("rfft", [4, 2], f, {"n": 5, "axis": 0, "norm": norm})


def backwards():
    for shape, n in (([2], None), ([3], 5), ([4], None), ([5], 4), ([2], 9), ([17], 32), ([70], 139)):
        f = lambda a, b, n=n: torch.fft.irfft(torch.complex(a, b), n)
        yield case("irfft", draws(shape, shape), f, {"n": n} if n else {})
    for norm in ("ortho", "forward"):
        f = lambda a, b, norm=norm: torch.fft.irfft(torch.complex(a, b), 7, 0, norm)
        yield case("irfft", draws([4, 2], [4, 2]), f, {"n": 7, "axis": 0, "norm": norm})


def convolutions():
    """As sums of products of shifted rows."""
    def full(a, b):
        m, n = a.shape[-1], b.shape[-1]
        rows = [torch.cat([a.new_zeros([*a.shape[:-1], s]), a, a.new_zeros([*a.shape[:-1], n - 1 - s])], -1) for s in range(n)]
        return sum(row * b[..., s : s + 1] for s, row in enumerate(rows))

    for m, n in ((1, 1), (5, 3), (3, 7), (40, 9)):
        for mode in ("full", "same", "causal", "valid"):
            if mode == "valid" and m < n:
                continue
            start = {"full": 0, "same": (n - 1) // 2, "causal": 0, "valid": n - 1}[mode]
            stop = {"full": m + n - 1, "same": start + m, "causal": m, "valid": m}[mode]
            f = lambda a, b, start=start, stop=stop: full(a, b)[..., start:stop]
            yield case("fftConvolve", draws([2, m], [1, n]), f, {"mode": mode})


def numbers():
    away = lambda s: uniform(s, 0.3, 2)
    on = lambda g: lambda a, b: parts(g(torch.complex(a, b)))
    both = lambda g: lambda a, b, c, d: parts(g(torch.complex(a, b), torch.complex(c, d)))
    for op, g in (("add", torch.add), ("sub", torch.sub), ("mul", torch.mul)):
        yield case(f"complex.{op}", draws([2, 3], [2, 3], [3], [3]), both(g))
    yield case("complex.matmul", draws([2, 3], [2, 3], [3, 2], [3, 2]), both(torch.matmul))
    for shapes in ([[2, 3], [3]], [[], []]):
        first, second = shapes
        inputs = [*draws(first, first), lambda s=second: away(s), lambda s=second: normal(s)]
        yield case("complex.div", inputs, both(torch.div))
    for shape in ([3], [2, 2], []):
        yield case("complex.exp", draws(shape, shape), on(torch.exp))
        yield case("complex.conj", draws(shape, shape), on(lambda z: torch.conj(z).resolve_conj()))
        f = lambda r, t: [r * torch.cos(t), r * torch.sin(t)]
        yield case("complex.polar", draws(shape, shape), f)


def sizes():
    for shape in ([3], [2, 2], []):
        inputs = [lambda s=shape: uniform(s, 0.3, 2), lambda s=shape: normal(s)]
        yield case("complex.abs", inputs, lambda a, b: torch.abs(torch.complex(a, b)))
        yield case("complex.angle", inputs, lambda a, b: torch.angle(torch.complex(a, b)))


CASES = [backwards, convolutions, sizes]
SEVERAL_OUTPUTS = [transforms, numbers]
