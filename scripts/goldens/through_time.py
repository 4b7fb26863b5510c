"""Jacobians through time, and a second derivative of the LSTM's loss."""

import torch

from cells import CELLS, draw, gradients_of, loss_of, run, run_module
from checks import DIFFERENCES, EXACT, close, differences, dot
from measure import leaves
from record import normal, records

ROW = 0


def matrix(y, x):
    """∂y/∂x of one batch row: y[i] down, x[j] across. Paths through every node are followed."""
    size = y.shape[1]
    pick = lambda i: torch.autograd.grad(y[ROW, i], x, retain_graph=True, allow_unused=True)[0]
    rows = [pick(i) for i in range(size)]
    return torch.stack([torch.zeros(size) if r is None else r[ROW] for r in rows])


def jacobians():
    """Totals from the start to the end, and over one step in the middle, for every cell and pair of states."""
    for cell, (step, states, _) in CELLS.items():
        sizes = (7, 3, 4, 5)
        _, p, xs, initial, _ = draw(cell, sizes)
        start = dict(zip(initial, leaves(initial.values())))
        after, taps = run(step, p, start, xs)
        at, T = 4, len(xs)
        whole = {f"{a}[{T}]/{b}[0]": matrix(after[-1][a], start[b]) for a in states for b in states}
        one = {f"{s}[{at}]/{s}[{at - 1}]": matrix(after[at - 1][s], after[at - 2][s]) for s in states}
        first = {f"{s}[1]/{s}[0]": matrix(after[0][s], start[s]) for s in states}
        everything = {"parameters": p, "xs": xs, "initial": initial, "total": {**whole, **one, **first},
                      "taps": {k: torch.stack([t[k] for t in taps]) for k in taps[0]},
                      "states": {s: torch.stack([a[s] for a in after]) for s in states}}
        check(cell, p, xs, initial, everything)
        yield {"cell": cell, "sizes": dict(zip("TBIH", sizes)), "row": ROW, **records(everything)}


def check(cell, p, xs, initial, found):
    """The whole Jacobians against differences; ∂c[1]/∂c[0] = diag f[1], as h[0] and c[0] are independent."""
    step, states, _ = CELLS[cell]
    directions = [normal(v.shape) for v in initial.values()]
    f = lambda *v: [run(step, p, dict(zip(states, v)), xs)[0][-1][s][ROW] for s in states]
    for s, slope in zip(states, differences(f, list(initial.values()), directions)):
        product = sum(found["total"][f"{s}[{len(xs)}]/{b}[0]"] @ d[ROW] for b, d in zip(states, directions))
        close(product, slope, DIFFERENCES, f"{cell}: ∂{s} at the end against differences")
    if cell == "lstm":
        belt = torch.diag(found["taps"]["f"][0, ROW])
        close(found["total"]["c[1]/c[0]"], belt, EXACT, "lstm: ∂c[1]/∂c[0] against diag f[1]")


def second_order():
    """S = Σ (∂loss/∂weight_hh)², and its gradient in weight_hh, xs and c[0]: grad of grad through the LSTM."""
    for sizes in ((7, 3, 4, 5), (3, 1, 2, 3)):
        module, p, xs, initial, cotangents = draw("lstm", sizes)
        step, _, _ = CELLS["lstm"]

        def by_loop(p, xs, initial):
            steps, _ = run(step, p, initial, xs)
            return torch.stack([s["h"] for s in steps]), steps[-1]

        by_module = lambda p, xs, initial: run_module(module, p, initial, xs)

        def squares(forward):
            def value(p, xs, initial):
                loss = loss_of(*forward(p, xs, initial), cotangents)
                (gradient,) = torch.autograd.grad(loss, p["weight_hh"], create_graph=True)
                return gradient.square().sum()

            return value

        value, gradients, (f, at) = gradients_of(squares(by_loop), p, xs, initial)
        _, again, _ = gradients_of(squares(by_module), p, xs, initial)
        directions = [normal(x.shape) for x in at]
        slope = differences(lambda *v: [f(*leaves(v))], at, directions, 1e-4)[0]
        paired = dot(gradients.values(), directions)
        close(paired, slope, DIFFERENCES, f"lstm {sizes}: second order against differences")
        for name in gradients:
            close(again[name], gradients[name], EXACT, f"lstm {sizes}: second order of {name}, module against loop")
        everything = {"parameters": p, "xs": xs, "initial": initial, "cotangents": cotangents,
                      "squares": value.item(), "gradients": gradients}
        yield {"cell": "lstm", "sizes": dict(zip("TBIH", sizes)), **records(everything)}
