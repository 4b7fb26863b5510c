"""PyTorch that stays alive: one JSON request per line on stdin, one JSON answer per line on stdout.

{"setup": {"kind", "B", "T", "I", "H", "dtype"}} prepares a gradient step and answers its id, its loss and the norm
of its gradient; {"run": n, "id"} runs it n times and answers the seconds of each; {"peak": true} answers the bytes it took at the most. Weights and data come from the formula of
workloads.ts, so that both sides compute the same numbers. torch_server.py THREADS.
"""

import json
import os
import resource
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
clock = time.process_time if os.environ.get("THROUGHLINE_BENCH_CLOCK") == "cpu" else time.perf_counter


def values(seed, shape, scale, dtype):
    """Spread evenly over ±scale by a multiplicative hash: workloads.ts has the same formula."""
    count = 1
    for extent in shape:
        count *= extent
    i = torch.arange(count, dtype=torch.int64)
    hashed = (i * 2654435761 + seed * 40503 + 12345) % 4294967296
    mixed = ((hashed ^ (hashed >> 15)) * 22695477 + 1) % 4294967296
    return (((mixed.double() / 4294967296) * 2 - 1) * scale).to(dtype).reshape(shape)


def gate_tensors(at, I, H, dtype, biased=True):
    """W [I, H], U [H, H], b [H] of the gate numbered `at`."""
    scale = H**-0.5
    return (
        values(10 * at + 1, (I, H), scale, dtype),
        values(10 * at + 2, (H, H), scale, dtype),
        values(10 * at + 3, (H,), scale, dtype),
    )


def packed(gates, I, H, dtype, first=0):
    """W [I, G·H], U [H, G·H], b [G·H] of several gates beside each other."""
    parts = [gate_tensors(first + at, I, H, dtype) for at in range(gates)]
    return [torch.cat([part[which] for part in parts], -1).requires_grad_() for which in range(3)]


def fill(module, layers):
    """Gives an nn.LSTM or nn.GRU the weights of the formula; its second bias is zero."""
    with torch.no_grad():
        for suffix, (W, U, b) in layers.items():
            getattr(module, f"weight_ih_{suffix}").copy_(W.T)
            getattr(module, f"weight_hh_{suffix}").copy_(U.T)
            getattr(module, f"bias_ih_{suffix}").copy_(b)
            getattr(module, f"bias_hh_{suffix}").zero_()
    return module


def lstm_module(B, T, I, H, dtype):
    module = fill(torch.nn.LSTM(I, H).to(dtype), {"l0": packed(4, I, H, dtype)})
    return (lambda xs: module(xs)[0][-1]), [p for n, p in module.named_parameters() if "bias_hh" not in n]


def lstm(B, T, I, H, dtype):
    W, U, b = packed(4, I, H, dtype)

    def last(xs):
        h = c = torch.zeros(B, H, dtype=dtype)
        inputs = xs @ W + b
        for x in inputs:
            z = torch.addmm(x, h, U)
            ifo = torch.sigmoid(torch.cat([z[:, : 2 * H], z[:, 3 * H :]], 1))
            i, f, o = ifo.chunk(3, 1)
            c = f * c + i * torch.tanh(z[:, 2 * H : 3 * H])
            h = o * torch.tanh(c)
        return h

    return last, [W, U, b]


def lstm_chunks(B, T, I, H, dtype):
    """The same with four activations on four views, which some sizes prefer."""
    W, U, b = packed(4, I, H, dtype)

    def last(xs):
        h = c = torch.zeros(B, H, dtype=dtype)
        for x in (xs @ W + b).unbind(0):
            i, f, g, o = torch.addmm(x, h, U).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return h

    return last, [W, U, b]


def peephole(B, T, I, H, dtype):
    """Peephole LSTM with layer normalisation of each gate's pre-activation and of the cell state."""
    W, U, b = packed(4, I, H, dtype)
    peep = values(101, (3, H), H**-0.5, dtype).requires_grad_()
    gain = torch.ones(5, H, dtype=dtype, requires_grad=True)
    shift = values(102, (5, H), 0.1, dtype).requires_grad_()

    def norm(x, at):
        return torch.nn.functional.layer_norm(x, (H,), gain[at], shift[at], 1e-5)

    def last(xs):
        h = c = torch.zeros(B, H, dtype=dtype)
        for x in (xs @ W + b).unbind(0):
            i, f, g, o = torch.addmm(x, h, U).chunk(4, 1)
            i = torch.sigmoid(norm(i + peep[0] * c, 0))
            f = torch.sigmoid(norm(f + peep[1] * c, 1))
            c = f * c + i * torch.tanh(norm(g, 2))
            o = torch.sigmoid(norm(o + peep[2] * c, 3))
            h = o * torch.tanh(norm(c, 4))
        return h

    return last, [W, U, b, peep, gain, shift]


def gru_module(B, T, I, H, dtype):
    module = fill(torch.nn.GRU(I, H).to(dtype), {"l0": packed(3, I, H, dtype)})
    return (lambda xs: module(xs)[0][-1]), [p for n, p in module.named_parameters() if "bias_hh" not in n]


def bidirectional_module(B, T, I, H, dtype):
    """Two layers, each in both directions; the loss reads the last row of the joined outputs."""
    module = torch.nn.LSTM(I, H, num_layers=2, bidirectional=True).to(dtype)
    fill(
        module,
        {
            "l0": packed(4, I, H, dtype, 0),
            "l0_reverse": packed(4, I, H, dtype, 4),
            "l1": packed(4, 2 * H, H, dtype, 8),
            "l1_reverse": packed(4, 2 * H, H, dtype, 12),
        },
    )
    return (lambda xs: module(xs)[0][-1]), [p for n, p in module.named_parameters() if "bias_hh" not in n]


def stream(B, T, I, H, dtype):
    """T steps forward, one call each, every one from the state of the one before."""
    cell = torch.nn.LSTMCell(I, H).to(dtype)
    xs = [values(300 + n, (B, I), 1, dtype) for n in range(16)]

    def work():
        h = c = torch.zeros(B, H, dtype=dtype)
        with torch.no_grad():
            for t in range(T):
                h, c = cell(xs[t % 16], (h, c))
        return h

    return work


def chain(l, c, bits, dtype, gradient):
    """GradBench's lstm: l diagonal layers over c characters, summed by Python and recorded even for the objective, as the suite's
    own PyTorch does it.

    A tool's published figure is scaled by this one's against PyTorch's published figure, so it has to be as slow.
    """
    main = values(1, (2 * l, 4 * bits), 1, dtype).requires_grad_()
    extra = values(2, (3, bits), 1, dtype).requires_grad_()
    start = values(3, (2 * l, bits), 1, dtype)
    sequence = (values(4, (c, bits), 1, dtype) > 0).to(dtype)

    def work():
        main.grad = extra.grad = None
        states, loss = list(start), 0.0
        for x, gold in zip(sequence[:-1], sequence[1:]):
            signal = x * extra[0]
            for row in range(0, 2 * l, 2):
                gates = torch.cat([signal, states[row], signal, states[row]]) * main[row] + main[row + 1]
                forget, inward, outward, change = gates.chunk(4)
                cell = states[row + 1] * torch.sigmoid(forget) + torch.sigmoid(inward) * torch.tanh(change)
                states[row], states[row + 1] = torch.sigmoid(outward) * torch.tanh(cell), cell
                signal = states[row]
            predicted = signal * extra[1] + extra[2]
            loss = loss + sum(gold * (predicted - torch.log(sum(torch.exp(predicted), 2))))
        loss = -loss / ((c - 1) * bits)
        if gradient:
            loss.backward()
        return loss

    return work, [main, extra]


KINDS = {
    "lstm-module": lstm_module,
    "lstm": lstm,
    "lstm-chunks": lstm_chunks,
    "peephole": peephole,
    "gru-module": gru_module,
    "bidirectional-module": bidirectional_module,
}


def setup(kind, B, T, I, H, dtype="float32"):
    kept = getattr(torch, dtype)
    if kind == "stream":
        return stream(B, T, I, H, kept), {"loss": 0, "norm": 0}
    if kind.startswith("chain-"):
        gradient = kind == "chain-gradient"
        work, params = chain(B, T, I, kept, gradient)
        return work, {"loss": work().item(), "norm": norm_of(params) if gradient else 0}
    last, params = KINDS[kind](B, T, I, H, kept)
    xs = values(201, (T, B, I), 1.0, kept)
    width = 2 * H if kind == "bidirectional-module" else H
    target = values(202, (B, width), 1.0, kept)

    def work():
        for p in params:
            p.grad = None
        loss = ((last(xs) - target) ** 2).mean()
        loss.backward()
        return loss

    loss = work().item()
    return work, {"loss": loss, "norm": norm_of(params)}


def norm_of(params):
    return sum((p.grad.double() ** 2).sum().item() for p in params) ** 0.5


def blas():
    """Which library multiplies: Debian's PyTorch takes whatever libblas.so.3 is, and the reference one is many times slower."""
    torch.ones(8, 8) @ torch.ones(8, 8)
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read().lower()
    except OSError:
        return "unknown BLAS"
    for part, name in (("openblas", "OpenBLAS"), ("mkl_", "MKL"), ("libblis", "BLIS"), ("atlas", "ATLAS"), ("libblas", "REFERENCE BLAS")):
        if part in loaded:
            return name
    return "built-in BLAS"


def main():
    works = []
    print(json.dumps({"version": f"{torch.__version__}, {blas()}"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "setup" in request:
            work, answer = setup(**request["setup"])
            answer["id"] = len(works)
            works.append(work)
        elif "peak" in request:
            answer = {"bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
        else:
            work = works[request["id"]]
            answer = {"times": []}
            for _ in range(request["run"]):
                start = clock()
                work()
                answer["times"].append(clock() - start)
        print(json.dumps(answer), flush=True)


main()
