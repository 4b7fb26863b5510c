"""Variants of the cells, written in torch's ops as their papers have them; parameters are laid out as ours.

torch has a module for one of them, the projected LSTM, which must give the same
numbers. The others' only witness is differences, as for the first GRU.
"""

import torch
from torch.nn.functional import layer_norm, logsigmoid

from cells import gradients_of, loss_of, run
from checks import DIFFERENCES, EXACT, close, differences, dot, finite
from record import normal, records, seed

T, B, I, H, P = 4, 2, 3, 4, 2
sigmoid, tanh = torch.sigmoid, torch.tanh


def affine(p, gate, x, h):
    return x @ p[f"{gate}.W"] + h @ p[f"{gate}.U"] + p[f"{gate}.b"]


def peephole(p, s, x):
    h, c = s["h"], s["c"]
    i = sigmoid(affine(p, "i", x, h) + p["i.p"] * c)
    f = sigmoid(affine(p, "f", x, h) + p["f.p"] * c)
    c = f * c + i * tanh(affine(p, "g", x, h))
    o = sigmoid(affine(p, "o", x, h) + p["o.p"] * c)
    return {"h": o * tanh(c), "c": c}, {}


def projected(p, s, x):
    i, f, o = (sigmoid(affine(p, gate, x, s["h"])) for gate in "ifo")
    c = f * s["c"] + i * tanh(affine(p, "g", x, s["h"]))
    return {"h": (o * tanh(c)) @ p["R"], "c": c}, {}


def layer_normed(p, s, x):
    """The supplement's equations 20 to 22, with one bias for the three that add up."""
    stacked = lambda name: torch.cat([p[f"{gate}.{name}"] for gate in "fiog"], -1)
    from_h = layer_norm(s["h"] @ stacked("U"), [4 * H], stacked("n"))
    from_x = layer_norm(x @ stacked("W"), [4 * H], stacked("m"))
    f, i, o, g = (from_h + from_x + stacked("b")).chunk(4, 1)
    c = sigmoid(f) * s["c"] + sigmoid(i) * tanh(g)
    return {"h": sigmoid(o) * tanh(layer_norm(c, [H], p["c.n"], p["c.b"])), "c": c}, {}


def stabilised(p, s, x):
    log_i, log_f = affine(p, "i", x, s["h"]), logsigmoid(affine(p, "f", x, s["h"]))
    m = torch.maximum(log_f + s["m"], log_i)
    i, f = torch.exp(log_i - m), torch.exp(log_f + s["m"] - m)
    c, n = f * s["c"] + i * tanh(affine(p, "z", x, s["h"])), f * s["n"] + i
    return {"h": sigmoid(affine(p, "o", x, s["h"])) * c / n, "c": c, "n": n, "m": m}, {}


def gates(names, width=H, more=()):
    return {f"{g}.{k}": s for g in names for k, s in [("W", [I, H]), ("U", [width, H]), ("b", [H]), *more]}


# cell -> (step, widths of the states, shapes of the parameters)
CELLS = {
    "peepholeLstm": (peephole, {"h": H, "c": H}, {**gates("fio", more=[("p", [H])]), **gates("g")}),
    "projectedLstm": (projected, {"h": P, "c": H}, {**gates("fiog", P), "R": [H, P]}),
    "layerNormLstm": (
        layer_normed,
        {"h": H, "c": H},
        {**gates("fiog", more=[("m", [H]), ("n", [H])]), "c.n": [H], "c.b": [H]},
    ),
    "slstm": (stabilised, {"h": H, "c": H, "n": H, "m": H}, gates("fioz")),
}


def variants():
    for cell, (step, widths, shapes) in CELLS.items():
        seed(f"{cell} {(T, B, I, H, P)}")
        p, xs = {name: normal(shape) for name, shape in shapes.items()}, normal([T, B, I])
        initial = {name: normal([B, width]) for name, width in widths.items()}
        if "n" in initial:
            initial["n"] = initial["n"].abs() + 0.5
        cotangents = {"outputs": normal([T, B, widths["h"]]), **{k: normal(v.shape) for k, v in initial.items()}}

        def forward(p, xs, initial):
            steps, _ = run(step, p, initial, xs)
            return torch.stack([s["h"] for s in steps]), steps[-1]

        outputs, final = forward(p, xs, initial)
        if cell == "projectedLstm":
            against_module(p, xs, initial, outputs, final)
        loss, gradients, (f, at) = gradients_of(lambda *v: loss_of(*forward(*v), cotangents), p, xs, initial)
        directions = [normal(x.shape) for x in at]
        slope = differences(lambda *v: [f(*v)], at, directions, 1e-4)[0]
        close(dot(gradients.values(), directions), slope, DIFFERENCES, f"{cell}: gradients against differences")
        for gradient in gradients.values():
            finite(gradient, cell)
        everything = {"parameters": p, "xs": xs, "initial": initial, "outputs": outputs, "final": final,
                      "cotangents": cotangents, "loss": loss.item(), "gradients": gradients}
        yield {"cell": cell, **records(everything)}


def against_module(p, xs, initial, outputs, final):
    module = torch.nn.LSTM(I, H, proj_size=P)
    rows = lambda name: torch.cat([p[f"{gate}.{name}"].T for gate in "ifgo"])
    with torch.no_grad():
        module.weight_ih_l0.copy_(rows("W"))
        module.weight_hh_l0.copy_(rows("U"))
        module.bias_ih_l0.copy_(torch.cat([p[f"{gate}.b"] for gate in "ifgo"]))
        module.bias_hh_l0.zero_()
        module.weight_hr_l0.copy_(p["R"].T)
        stock, (h, c) = module(xs, (initial["h"][None], initial["c"][None]))
    for name, (a, b) in {"outputs": (outputs, stock), "h": (final["h"], h[0]), "c": (final["c"], c[0])}.items():
        close(a, b, EXACT, f"projectedLstm: {name} of loop against module")
