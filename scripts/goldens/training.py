"""Optimisers and clipping on fixed gradients, the losses, and a few steps of real training."""

import torch
import torch.nn.functional as F

from checks import EXACT, close
from measure import case_record, leaves, measure
from record import normal, records, seed

SHAPES = {"w": [3, 2], "b": [2]}
STEPS = 5

OPTIMISERS = [
    ("adam", {"learningRate": 1e-2}, lambda ps: torch.optim.Adam(ps, lr=1e-2)),
    ("adam", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
     lambda ps: torch.optim.Adam(ps, lr=0.1, betas=(0.8, 0.95), eps=1e-3)),
    ("sgd", {"learningRate": 0.05, "momentum": 0}, lambda ps: torch.optim.SGD(ps, lr=0.05)),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9}, lambda ps: torch.optim.SGD(ps, lr=0.05, momentum=0.9)),
]


def tree(scale=1.0):
    return {k: normal(s) * scale for k, s in SHAPES.items()}


def optimisers():
    for index, (name, params, make) in enumerate(OPTIMISERS):
        seed(f"optimiser {index}")
        start, gradients = tree(), [tree(10.0 ** (1 - t)) for t in range(STEPS)]
        ps = dict(zip(SHAPES, leaves(start.values())))
        optimiser, after = make(list(ps.values())), []
        for gradient in gradients:
            for k, p in ps.items():
                p.grad = gradient[k].clone()
            optimiser.step()
            after.append({k: p.detach().clone() for k, p in ps.items()})
        written = written_out(name, params, start, gradients)
        for k in SHAPES:
            close(after[-1][k], written[k], EXACT, f"{name}: torch.optim against the formula in the README")
        yield {"optimiser": name, "params": params, **records({"start": start, "gradients": gradients, "after": after})}


def written_out(name, params, start, gradients):
    """The update rules as the README states them."""
    p, rate = dict(start), params["learningRate"]
    first, second = ({k: torch.zeros(s) for k, s in SHAPES.items()} for _ in range(2))
    b1, b2, eps = params.get("beta1", 0.9), params.get("beta2", 0.999), params.get("epsilon", 1e-8)
    for t, gradient in enumerate(gradients, 1):
        for k, g in gradient.items():
            if name == "sgd":
                first[k] = params["momentum"] * first[k] + g
                p[k] = p[k] - rate * first[k]
                continue
            first[k] = b1 * first[k] + (1 - b1) * g
            second[k] = b2 * second[k] + (1 - b2) * g * g
            p[k] = p[k] - rate * (first[k] / (1 - b1**t)) / ((second[k] / (1 - b2**t)).sqrt() + eps)
    return p


def clipping():
    """`clipped` is PyTorch's; `exact` is g·min(1, maxNorm/norm), without PyTorch's 1e-6 beside the norm."""
    for index, (scale, limit) in enumerate(((1.0, 1.0), (0.01, 1.0), (1000.0, 0.5), (0.0, 1.0))):
        seed(f"clip {index}")
        gradients = tree(scale)
        ps = [torch.zeros(s, requires_grad=True) for s in SHAPES.values()]
        refill(ps, gradients)
        norm = torch.nn.utils.clip_grad_norm_(ps, limit).item()
        exact = {k: g * min(1.0, limit / norm) if norm > 0 else g for k, g in gradients.items()}
        clipped = {k: p.grad.clone() for k, p in zip(SHAPES, ps)}
        found = records({"gradients": gradients, "clipped": clipped, "exact": exact})
        yield {"clip": "norm", "params": {"maxNorm": limit}, "norm": norm, **found}
        refill(ps, gradients)
        torch.nn.utils.clip_grad_value_(ps, limit)
        clipped = {k: p.grad.clone() for k, p in zip(SHAPES, ps)}
        yield {"clip": "value", "params": {"maxValue": limit}, **records({"gradients": gradients, "clipped": clipped})}


def refill(ps, gradients):
    for p, g in zip(ps, gradients.values()):
        p.grad = g.clone()


def losses():
    """As train calls them: one prediction, one target; means over every leading axis."""
    for shape in ([5, 3], [1, 4], [6, 2, 5]):
        seed(f"cross entropy {shape}")
        targets = torch.randint(0, shape[-1], shape[:-1])
        f = lambda x, t=targets: [F.cross_entropy(x.reshape(-1, x.shape[-1]), t.flatten())]
        inputs, params = [normal(shape)], {"targets": targets.tolist()}
        yield case_record("crossEntropy", params, inputs, measure("crossEntropy", f, inputs))
    for shape in ([4], [5, 1], [6, 2, 5]):
        seed(f"mean squared error {shape}")
        inputs = [normal(shape), normal(shape)]
        f = lambda x, y: [F.mse_loss(x, y)]
        yield case_record("meanSquaredError", {}, inputs, measure("meanSquaredError", f, inputs))


def trajectories():
    """An LSTM and a linear layer on the last state, five steps of clipping and Adam: the parts, joined."""
    seed("trajectory")
    T, B, I, H = 6, 4, 2, 3
    lstm, linear = torch.nn.LSTM(I, H), torch.nn.Linear(H, 1)
    ps = {n: getattr(lstm, n + "_l0") for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    ps.update(head_weight=linear.weight, head_bias=linear.bias)
    xs, target = normal([T, B, I]), normal([B, 1])
    start = {k: p.detach().clone() for k, p in ps.items()}
    adam, history = torch.optim.Adam(ps.values(), lr=1e-2), []
    for _ in range(STEPS):
        adam.zero_grad()
        loss = F.mse_loss(linear(lstm(xs)[0][-1]), target)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(ps.values(), 1.0)
        history.append({"loss": loss.item(), "norm": norm.item()})
        adam.step()
    after = {k: p.detach().clone() for k, p in ps.items()}
    params = {"learningRate": 1e-2, "maxNorm": 1.0}
    found = records({"start": start, "xs": xs, "target": target, "after": after})
    yield {"model": "lstm, linear on the last output", "params": params, "history": history, **found}
