"""Writes what packages/interop reads in its tests: state dicts of torch.nn modules as .safetensors files, and in one JSON
file what the modules compute with them, gradients included.

    /usr/bin/python3 scripts/goldens/pytorch_weights.py

The .safetensors files are written here by the few lines of `save`, since Debian has no package that does it: length of the
header, header, data. Nothing of ours takes part.
"""

import json
import os
import struct
import sys

sys.dont_write_bytecode = True
os.environ.setdefault("ATEN_CPU_CAPABILITY", "default")

import torch
from torch import nn

import record
from record import normal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "packages/interop/src/goldens")
T, B, I, H = 4, 2, 3, 4

CODES = {torch.float64: ("F64", "d"), torch.float32: ("F32", "f")}


def save(path, tensors):
    header, data = {}, b""
    for name, x in tensors.items():
        dtype, code = CODES[x.dtype]
        values = x.detach().flatten().tolist()
        begin = len(data)
        data += struct.pack(f"<{len(values)}{code}", *values)
        header[name] = {"dtype": dtype, "shape": list(x.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


class Characters(nn.Module):
    """What a character model usually looks like."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, I)
        self.lstm = nn.LSTM(I, H)
        self.fc = nn.Linear(H, 7)

    def forward(self, ids):
        return self.fc(self.lstm(self.embedding(ids))[0])


def sequence(module):
    return module, lambda xs: module(xs)[0], normal([T, B, I])


def cell(module):
    """One step from zero states, as a sequence of length 1."""

    def run(xs):
        out = module(xs[0])
        return (out[0] if isinstance(out, tuple) else out)[None]

    return module, run, normal([1, B, I])


CASES = {
    "rnn-tanh": lambda: sequence(nn.RNN(I, H)),
    "rnn-relu": lambda: sequence(nn.RNN(I, H, nonlinearity="relu")),
    "rnn-3-layers": lambda: sequence(nn.RNN(I, H, num_layers=3)),
    "lstm": lambda: sequence(nn.LSTM(I, H)),
    "lstm-2-layers-bidirectional": lambda: sequence(nn.LSTM(I, H, num_layers=2, bidirectional=True)),
    "lstm-projection": lambda: sequence(nn.LSTM(I, H, proj_size=2)),
    "lstm-projection-2-layers-bidirectional": lambda: sequence(nn.LSTM(I, H, 2, bidirectional=True, proj_size=2)),
    "lstm-without-bias": lambda: sequence(nn.LSTM(I, H, bias=False)),
    "gru": lambda: sequence(nn.GRU(I, H)),
    "gru-bidirectional": lambda: sequence(nn.GRU(I, H, bidirectional=True)),
    "gru-3-layers": lambda: sequence(nn.GRU(I, H, num_layers=3)),
    "rnn-cell": lambda: cell(nn.RNNCell(I, H)),
    "lstm-cell": lambda: cell(nn.LSTMCell(I, H)),
    "gru-cell": lambda: cell(nn.GRUCell(I, H)),
    "characters": lambda: (lambda m: (m, m, torch.randint(0, 7, [T, B])))(Characters()),
}


def case(name):
    record.seed(f"weights {name}")
    module, run, xs = CASES[name]()
    names = list(module.state_dict())
    outputs = run(xs)
    cotangent = normal(outputs.shape)
    loss = (outputs * cotangent).sum()
    gradients = torch.autograd.grad(loss, [module.get_parameter(n) for n in names])
    # The module as a whole against differences, so that a slip in what is recorded would show.
    for n, gradient in zip(names, gradients):
        p = module.get_parameter(n)
        direction = normal(p.shape)
        with torch.no_grad():
            slope, h = 0, 1e-4
            for at, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                p.add_(at * h * direction)
                slope += weight * (run(xs) * cotangent).sum() / (12 * h)
                p.sub_(at * h * direction)
        if abs(slope - (gradient * direction).sum()) > 1e-7 * (1 + abs(slope)):
            sys.exit(f"weights: the gradient of {name} {n} is not the slope.")
    save(os.path.join(FOLDER, f"pytorch-{name}.safetensors"), module.state_dict())
    fields = {"xs": xs, "outputs": outputs, "cotangent": cotangent, "gradients": dict(zip(names, gradients))}
    return {"name": name, "loss": loss.item(), **record.records(fields)}


os.makedirs(FOLDER, exist_ok=True)
cases = [case(name) for name in CASES]
text = record.render({"cases": cases}).replace("generate.py", "pytorch_weights.py")
record.write(os.path.join(FOLDER, "pytorch.json"), text)
print(f"{len(cases)} modules, {len(text)} bytes of JSON")
