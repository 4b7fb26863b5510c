"""Recurrent cells: torch.nn's modules where they exist, the equations written out where they do not.

Each cell is also written out as a loop, which must agree with the module before
anything is recorded; the loop then gives what the module hides (gates, states in
the middle of a sequence). Weights are PyTorch's: rows of the gates stacked,
`[gates·H, I]` and `[gates·H, H]`, LSTM i, f, g, o and GRU r, z, n.
"""

import torch

from checks import DIFFERENCES, EXACT, close, differences, dot, finite
from measure import leaves
from record import normal, records, seed

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def affine(p, x, h):
    return x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]


def elman(activation):
    def step(p, state, x):
        return {"h": activation(affine(p, x, state["h"]))}, {}

    return step


def lstm(p, state, x):
    i, f, g, o = affine(p, x, state["h"]).chunk(4, 1)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * state["c"] + i * g
    return {"h": o * torch.tanh(c), "c": c}, {"i": i, "f": f, "g": g, "o": o}


def gru_reset_after(p, state, x):
    h = state["h"]
    xr, xz, xn = (x @ p["weight_ih"].T + p["bias_ih"]).chunk(3, 1)
    hr, hz, hn = (h @ p["weight_hh"].T + p["bias_hh"]).chunk(3, 1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    n = torch.tanh(xn + r * hn)
    return {"h": z * h + (1 - z) * n}, {"r": r, "z": z, "n": n}


def gru_reset_before(p, state, x):
    """The first GRU paper's order: r multiplies h before the product. One bias per gate."""
    h = state["h"]
    xr, xz, xn = (x @ p["weight_ih"].T + p["bias"]).chunk(3, 1)
    ur, uz, un = p["weight_hh"].chunk(3, 0)
    r, z = torch.sigmoid(xr + h @ ur.T), torch.sigmoid(xz + h @ uz.T)
    n = torch.tanh(xn + (r * h) @ un.T)
    return {"h": z * h + (1 - z) * n}, {"r": r, "z": z, "n": n}


# cell -> (step, states, module)
CELLS = {
    "rnn-tanh": (elman(torch.tanh), ["h"], lambda i, h: torch.nn.RNN(i, h, nonlinearity="tanh")),
    "rnn-relu": (elman(torch.relu), ["h"], lambda i, h: torch.nn.RNN(i, h, nonlinearity="relu")),
    "lstm": (lstm, ["h", "c"], torch.nn.LSTM),
    "gru-reset-after": (gru_reset_after, ["h"], torch.nn.GRU),
    "gru-reset-before": (gru_reset_before, ["h"], None),
}
SIZES = [(7, 3, 4, 5), (1, 1, 4, 5), (23, 3, 4, 5), (5, 2, 1, 1)]


def parameters(cell, module, inputs, hidden):
    if module is not None:
        return {n: getattr(module, n + "_l0").detach().clone() for n in NAMES}
    bound = hidden**-0.5
    shapes = {"weight_ih": [3 * hidden, inputs], "weight_hh": [3 * hidden, hidden], "bias": [3 * hidden]}
    return {n: torch.empty(s).uniform_(-bound, bound) for n, s in shapes.items()}


def run(step, p, state, xs):
    """The loop: every state and every tap, from t = 1."""
    states, taps = [], []
    for x in xs:
        state, tap = step(p, state, x)
        states.append(state)
        taps.append(tap)
    return states, taps


def run_module(module, p, initial, xs):
    """The module as a function of its weights: (outputs, final)."""
    start = [initial[k][None] for k in initial]
    weights = [p[n] for n in NAMES]
    flags = (True, 1, 0.0, False, False, False)
    if isinstance(module, torch.nn.LSTM):
        outputs, h, c = torch._VF.lstm(xs, start, weights, *flags)
        return outputs, {"h": h[0], "c": c[0]}
    name = {"GRU": "gru", "RNN_TANH": "rnn_tanh", "RNN_RELU": "rnn_relu"}[module.mode]
    outputs, h = getattr(torch._VF, name)(xs, start[0], weights, *flags)
    return outputs, {"h": h[0]}


def loss_of(outputs, final, cotangents):
    """⟨outputs, cotangent⟩ + the same for each final state."""
    return (outputs * cotangents["outputs"]).sum() + dot(final.values(), [cotangents[k] for k in final])


def draw(cell, sizes):
    """Weights, inputs, initial state, cotangents; for relu, drawn again until no pre-activation is near the kink."""
    (T, B, I, H), (step, states, make) = sizes, CELLS[cell]
    for attempt in range(100):
        seed(f"{cell} {sizes} {attempt}")
        module = make(I, H) if make else None
        p = parameters(cell, module, I, H)
        xs, initial = normal([T, B, I]), {k: normal([B, H]) for k in states}
        cotangents = {"outputs": normal([T, B, H]), **{k: normal([B, H]) for k in states}}
        if cell != "rnn-relu" or kink_distance(p, initial, xs) > 5e-3:
            return module, p, xs, initial, cotangents
    raise SystemExit(f"goldens: {cell} {sizes}: every draw came too near to the kink of relu.")


def kink_distance(p, initial, xs):
    gaps, h = [], initial["h"]
    for x in xs:
        gaps.append(affine(p, x, h).abs().min().item())
        h = torch.relu(affine(p, x, h))
    return min(gaps)


def gradients_of(loss, p, xs, initial):
    """Takes leaves apart by name, differentiates, and puts the names back on."""
    names = [*p, "xs", *initial]
    at = leaves([*p.values(), xs, *initial.values()])
    f = lambda *v: loss(dict(zip(p, v)), v[len(p)], dict(zip(initial, v[len(p) + 1 :])))
    value = f(*at)
    return value.detach(), dict(zip(names, torch.autograd.grad(value, at))), (f, at)


def cells():
    for cell, (step, states, _) in CELLS.items():
        for sizes in SIZES:
            yield case(cell, step, states, sizes)


def case(cell, step, states, sizes):
    module, p, xs, initial, cotangents = draw(cell, sizes)

    def by_loop(p, xs, initial):
        steps, _ = run(step, p, initial, xs)
        return torch.stack([s["h"] for s in steps]), steps[-1]

    forward = by_loop if module is None else lambda p, xs, initial: run_module(module, p, initial, xs)
    outputs, final = forward(p, xs, initial)
    loss, gradients, (f, at) = gradients_of(lambda *v: loss_of(*forward(*v), cotangents), p, xs, initial)
    loop_loss, loop_gradients, _ = gradients_of(lambda *v: loss_of(*by_loop(*v), cotangents), p, xs, initial)
    if module is not None:
        start = tuple(v[None] for v in initial.values())
        stock, _ = module(xs, start if len(start) > 1 else start[0])
        close(outputs, stock, 0, f"{cell}: the functional form against the module itself")
    close(loop_loss, loss, EXACT, f"{cell}: loop against module")
    for name, gradient in gradients.items():
        finite(gradient, cell)
        close(loop_gradients[name], gradient, EXACT, f"{cell} {sizes}: {name} of loop against module")
    directions = [normal(x.shape) for x in at]
    slope = differences(lambda *v: [f(*v)], at, directions, 1e-4)[0]
    close(dot(gradients.values(), directions), slope, DIFFERENCES, f"{cell} {sizes}: gradients against differences")
    everything = {"parameters": p, "xs": xs, "initial": initial, "outputs": outputs, "final": final,
                  "cotangents": cotangents, "loss": loss.item(), "gradients": gradients}
    return {"cell": cell, "sizes": dict(zip("TBIH", sizes)), **records(everything)}
