"""PyTorch's side of the benchmarks: torch_peer.py NAME prints one result per line, as JSON. float64, one thread."""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
WHO = f"PyTorch {torch.__version__}"


def measure(work, seconds=1.0, warm_up=0.3):
    end = time.perf_counter() + warm_up
    while time.perf_counter() < end:
        work()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    times.sort()
    return times[len(times) // 2], times[0], len(times)


def report(what, unit, timing, convert):
    median, least, repetitions = timing
    print(json.dumps({"what": what, "who": WHO, "unit": unit, "median": convert(median), "best": convert(least), "repetitions": repetitions}))


def small_ops():
    constant = torch.arange(8.0)

    def work():
        x = torch.arange(8.0, requires_grad=True)
        y = x
        for _ in range(1000):
            y = y + constant
        y.sum().backward()
        return x.grad[0].item()

    report("add a constant", "µs/op", measure(work), lambda s: s * 1e6 / 1000)


def matmul():
    for m, k, n in ((32, 16, 16), (64, 64, 64), (256, 256, 256), (512, 512, 512)):
        a, b = torch.randn(m, k), torch.randn(k, n)
        repeats = max(1, round(1e6 / (m * k * n)))
        report(f"{m}×{k} · {k}×{n}", "GFLOP/s", measure(lambda: [a @ b for _ in range(repeats)], 0.5), lambda s: 2e-9 * m * k * n * repeats / s)


def train_step():
    T, B, H = 60, 32, 16
    for name, kind in (("rnn", torch.nn.RNN), ("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU)):
        cell, linear = kind(2, H), torch.nn.Linear(H, 1)
        params = [*cell.parameters(), *linear.parameters()]
        optimizer = torch.optim.Adam(params, lr=1e-2)

        def work():
            values, marks = torch.rand(T, B), torch.zeros(T, B)
            columns = torch.arange(B)
            marks[torch.randint(0, T // 2, (B,)), columns] = 1.0
            marks[torch.randint(T // 2, T, (B,)), columns] = 1.0
            target = (values * marks).sum(0).unsqueeze(1)
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(linear(cell(torch.stack([values, marks], 2))[0][-1]), target)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(params, 1.0)
            optimizer.step()
            return loss.item()

        report(name, "ms/step", measure(work, 2.0), lambda s: s * 1e3)


{"small-ops": small_ops, "matmul": matmul, "train-step": train_step}.get(sys.argv[1], lambda: None)()
