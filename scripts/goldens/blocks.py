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


def cases():
    for name, (make, run, heads, window) in BLOCKS.items():
        seed(f"blocks {name}")
        module = make()
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(parameter + normal(parameter.shape) / 4)
        width = module.in_channels if name == "convolution" else (6 if name.startswith("attention") else 4)
        x = normal((5, 2, width)).requires_grad_()
        parameters = dict(module.named_parameters())
        out = run(module, x, window)
        cotangent = normal(out.shape)
        gradients = torch.autograd.grad((out * cotangent).sum(), [*parameters.values(), x])
        for numbers in (out, *gradients):
            finite(numbers, name)
        if name.startswith("attention"):
            close(attention_by_hand(parameters, x, heads, window), out, EXACT, f"{name} by hand")
        names = [*parameters, "x"]
        yield {
            "block": name,
            "heads": heads,
            "window": window or 0,
            "parameters": records(parameters),
            "x": record(x),
            "cotangent": record(cotangent),
            "out": record(out),
            "gradients": records(dict(zip(names, gradients))),
        }
