"""Layers over whole sequences: torch.nn's attention, Transformer block and convolution, with causal and local masks.

Parameters keep PyTorch's names and layouts; the tests transpose them. Inputs are [T, B, D].
"""

import torch

from checks import EXACT, close, finite
from record import normal, record, records, seed


def mask(steps, window):
    """True where a query (row) may not look."""
    ahead = torch.arange(steps).reshape(steps, 1) - torch.arange(steps)
    return (ahead < 0) | (ahead >= (window or steps))


def attention(module, x, window):
    return module(x, x, x, attn_mask=mask(x.shape[0], window), need_weights=False)[0]


def transformer(module, x, window):
    return module(x, src_mask=mask(x.shape[0], window))


def convolution(module, x, window):
    padded = torch.nn.functional.pad(x.permute(1, 2, 0), (module.kernel_size[0] - 1, 0))
    return module(padded).permute(2, 0, 1)


def attention_by_hand(p, x, heads, window):
    """Head by head, query by query."""
    width = x.shape[2] // heads
    q, k, v = (x @ p["in_proj_weight"].T + p["in_proj_bias"]).chunk(3, 2)
    parts = []
    for head in range(heads):
        at = slice(head * width, (head + 1) * width)
        rows = []
        for t in range(x.shape[0]):
            first = max(0, t + 1 - (window or x.shape[0]))
            scores = (q[t, :, at] * k[first : t + 1, :, at]).sum(2) / width**0.5
            rows.append((torch.softmax(scores, 0).unsqueeze(2) * v[first : t + 1, :, at]).sum(0))
        parts.append(torch.stack(rows))
    return torch.cat(parts, 2) @ p["out_proj.weight"].T + p["out_proj.bias"]


# name -> (module, run, heads, window)
BLOCKS = {
    "attention": (lambda: torch.nn.MultiheadAttention(6, 2), attention, 2, None),
    "attention, window": (lambda: torch.nn.MultiheadAttention(6, 3), attention, 3, 3),
    "transformer": (
        lambda: torch.nn.TransformerEncoderLayer(4, 2, 5, dropout=0, activation="gelu", norm_first=True),
        transformer,
        2,
        None,
    ),
    "convolution": (lambda: torch.nn.Conv1d(4, 6, 3, groups=2), convolution, 1, None),
}


def rms(x, scale):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * scale


def depthwise(p, u):
    """A kernel per channel, tap by tap: the last one is of the present."""
    weight, rows = p["conv.W"][:, 0], []
    for t in range(u.shape[0]):
        taps = [weight[-1 - k] * u[t - k] for k in range(min(t + 1, weight.shape[0]))]
        rows.append(sum(taps) + p["conv.b"])
    return torch.stack(rows)


def mamba(p, x):
    """Step by step, as the published layer does when it generates."""
    u, z = (rms(x, p["norm.scale"]) @ p["enter"]).chunk(2, 2)
    u = torch.nn.functional.silu(depthwise(p, u))
    h, rows = torch.zeros(x.shape[1], *p["s6.A"].shape), []
    for v in u:
        step = torch.nn.functional.softplus(v @ p["s6.V"] @ p["s6.delta.W"] + p["s6.delta.b"])
        keep = torch.exp(torch.einsum("bh,hn->bhn", step, -torch.exp(p["s6.A"])))
        h = keep * h + torch.einsum("bh,bn->bhn", step * v, v @ p["s6.B"])
        rows.append(torch.einsum("bhn,bn->bh", h, v @ p["s6.C"]) + p["s6.D"] * v)
    return x + (torch.stack(rows) * torch.nn.functional.silu(z)) @ p["leave"]


def linear(p, name, x):
    return x @ p[f"{name}.W"] + p[f"{name}.b"]


def gated_mlp(p, y):
    u = rms(y, p["norm2.scale"])
    return y + linear(p, "down", torch.nn.functional.gelu(linear(p, "open", u)) * linear(p, "up", u))


def griffin(p, x):
    """The recurrence step by step; nowhere here is the root's slope near its bound."""
    u = rms(x, p["norm1.scale"])
    h, rows = torch.zeros(()), []
    for v in depthwise(p, linear(p, "enter", u)):
        a = torch.sigmoid(p["lru.lambda"]) ** (8 * torch.sigmoid(linear(p, "lru.r", v)))
        h = a * h + torch.sqrt(1 - a**2) * torch.sigmoid(linear(p, "lru.i", v)) * v
        rows.append(h)
    return gated_mlp(p, x + linear(p, "leave", torch.nn.functional.gelu(linear(p, "gate", u)) * torch.stack(rows)))


def griffin_attention(p, x, heads, window):
    """Features i and i + E/2 as one complex number, turned by its position; one head of keys and values."""
    steps, batch, width = x.shape
    each = width // heads
    turn = torch.arange(steps).reshape(steps, 1, 1, 1) * 10000.0 ** (-2 * torch.arange(each // 2) / each)

    def turned(y):
        z = torch.complex(y[..., : each // 2], y[..., each // 2 :]) * torch.polar(torch.ones(turn.shape), turn)
        return torch.cat([z.real, z.imag], -1)

    u = rms(x, p["norm1.scale"])
    q = turned(linear(p, "attention.q", u).reshape(steps, batch, heads, each))
    k = turned(linear(p, "attention.k", u).unsqueeze(2))
    scores = torch.einsum("tbne,sbme->bnts", q, k) / each**0.5
    weights = torch.softmax(scores.masked_fill(mask(steps, window), -torch.inf), 3)
    seen = torch.einsum("bnts,sbe->tbne", weights, linear(p, "attention.v", u))
    return gated_mlp(p, x + linear(p, "attention.o", seen.reshape(x.shape)))


def linears(**extents):
    return {f"{name}.{part}": shape for name, (i, o) in extents.items() for part, shape in (("W", (i, o)), ("b", (o,)))}


MLP = {"norm2.scale": (4,), **linears(open=(4, 5), up=(4, 5), down=(5, 4))}

# name -> (run, shapes of the parameters, heads, window): no module of torch's, so the equations are the witness
EQUATIONS = {
    "mamba": (
        lambda p, x: mamba(p, x),
        {
            "norm.scale": (4,), "enter": (4, 6), "conv.W": (2, 1, 3), "conv.b": (3,), "s6.V": (3, 2),
            "s6.delta.W": (2, 3), "s6.delta.b": (3,), "s6.A": (3, 2), "s6.B": (3, 2), "s6.C": (3, 2), "s6.D": (3,),
            "leave": (3, 4),
        },
        1,
        None,
    ),
    "griffin": (
        lambda p, x: griffin(p, x),
        {
            "norm1.scale": (4,), **linears(gate=(4, 3), enter=(4, 3)), "conv.W": (3, 1, 3), "conv.b": (3,),
            "lru.r.W": (3, 3), "lru.r.b": (3,), "lru.i.W": (3, 3), "lru.i.b": (3,), "lru.lambda": (3,),
            **linears(leave=(3, 4)), **MLP,
        },
        1,
        None,
    ),
    "griffin attention": (
        lambda p, x: griffin_attention(p, x, 2, 3),
        {"norm1.scale": (4,), **linears(**{"attention.q": (4, 4), "attention.k": (4, 2), "attention.v": (4, 2), "attention.o": (4, 4)}), **MLP},
        2,
        3,
    ),
}


def cases():
    for name, (run, shapes, heads, window) in EQUATIONS.items():
        seed(f"blocks {name}")
        parameters = {key: normal(shape).requires_grad_() for key, shape in shapes.items()}
        yield measured(name, lambda x: run(parameters, x), parameters, 4, heads, window)
    for name, (make, run, heads, window) in BLOCKS.items():
        seed(f"blocks {name}")
        module = make()
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(parameter + normal(parameter.shape) / 4)
        width = module.in_channels if name == "convolution" else (6 if name.startswith("attention") else 4)
        parameters = dict(module.named_parameters())
        yield measured(name, lambda x: run(module, x, window), parameters, width, heads, window)


def measured(name, run, parameters, width, heads, window):
    x = normal((5, 2, width)).requires_grad_()
    out = run(x)
    cotangent = normal(out.shape)
    gradients = torch.autograd.grad((out * cotangent).sum(), [*parameters.values(), x])
    for numbers in (out, *gradients):
        finite(numbers, name)
    if name.startswith("attention"):
        close(attention_by_hand(parameters, x, heads, window), out, EXACT, f"{name} by hand")
    names = [*parameters, "x"]
    return {
        "block": name,
        "heads": heads,
        "window": window or 0,
        "parameters": records(parameters),
        "x": record(x),
        "cotangent": record(cotangent),
        "out": record(out),
        "gradients": records(dict(zip(names, gradients))),
    }
