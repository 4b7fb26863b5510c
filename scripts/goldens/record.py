"""Drawing inputs, and writing records that a double survives.

Drawn numbers are rounded to four decimals: the files stay small, and what is
drawn does not depend on the machine. Results are printed with repr, so every
double comes back bit for bit.
"""

import json
import os
import zlib

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def seed(name):
    """Seeds by name, so that adding a case leaves the numbers of all others alone."""
    torch.manual_seed(zlib.crc32(name.encode()))


def rounded(x):
    return torch.tensor([round(v, 4) for v in x.flatten().tolist()]).reshape(x.shape)


def normal(shape):
    return rounded(torch.randn(shape))


def uniform(shape, low, high):
    return rounded(torch.rand(shape) * (high - low) + low)


def away_from_zero(shape, gap=0.1, high=2.0):
    """Either sign, never nearer to zero than `gap`."""
    sign = (torch.rand(shape) < 0.5).to(torch.float64) * 2 - 1
    return uniform(shape, gap, high) * sign


def spaced(shape):
    """All entries at least 0.1 apart, in random order: no maximum has a rival."""
    count = torch.Size(shape).numel()
    grid = torch.randperm(count).to(torch.float64) * 0.2 + torch.rand(count) * 0.1
    return rounded(grid - 0.1 * count).reshape(shape)


def record(x):
    """{shape, data}: float64 unless `dtype` says otherwise; data flat, row-major."""
    out = {"shape": list(x.shape)}
    if x.dtype == torch.bool:
        out["dtype"] = "bool"
        x = x.to(torch.int64)
    elif not x.is_floating_point():
        out["dtype"] = "int32"
    out["data"] = x.detach().flatten().tolist()
    return out


def records(tree):
    """Records for every tensor of a dict or list."""
    if isinstance(tree, dict):
        return {name: records(value) for name, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [records(value) for value in tree]
    return record(tree) if isinstance(tree, torch.Tensor) else tree


def render(groups):
    """One JSON text: first what made it, then each group with one case per line."""
    about = {"generator": "scripts/goldens/generate.py", "torch": torch.__version__, "dtype": "float64"}
    parts = ['"about":' + json.dumps(about)]
    for name, cases in groups.items():
        lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases)
        parts.append(f'"{name}":[\n{lines}\n]')
    return "{" + ",\n".join(parts) + "}\n"


def write(path, text):
    """Whole or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    partial = path + ".partial"
    with open(partial, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(partial, path)
