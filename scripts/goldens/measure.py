"""One op at one point: value, vjp, jvp and a second derivative, checked."""

import torch

from checks import DIFFERENCES, EXACT, close, differences, dot, finite, forward_mode
from record import normal, record, records

# name -> ops without a forward rule in this PyTorch, for the closing line of the generator
without_forward_rule = set()


def or_zeros(gradients, xs):
    """An absent gradient as zeros, and a zero tensor without storage (autograd makes some) as one with."""
    return [torch.zeros_like(x) if g is None or g._is_zerotensor() else g for g, x in zip(gradients, xs)]


def pullback(f, xs, cotangents, create_graph=False):
    ys = f(*xs)
    return or_zeros(torch.autograd.grad(ys, xs, cotangents, create_graph=create_graph, allow_unused=True), xs)


def second_order(f, xs, cotangents, directions, create_graph=False):
    """Gradient, in xs, of the sum of ⟨direction, vjp⟩ over the inputs."""
    us = [u.detach().requires_grad_() for u in cotangents]
    paired = dot(directions, pullback(f, xs, us, create_graph=True))
    return or_zeros(torch.autograd.grad(paired, xs, create_graph=create_graph, allow_unused=True), xs)


def push_forward(f, xs, cotangents, tangents):
    """jvp as the transpose of the pullback: reverse mode twice."""
    us = [u.detach().requires_grad_() for u in cotangents]
    paired = dot(tangents, pullback(f, xs, us, create_graph=True))
    return or_zeros(torch.autograd.grad(paired, us, allow_unused=True), us)


def leaves(xs):
    return [x.detach().clone().requires_grad_() for x in xs]


def measure(name, f, inputs, steep=False):
    """f takes the float tensors `inputs` and returns a list of tensors. `steep`: too steep for differences."""
    xs = leaves(inputs)
    outputs = [y.detach() for y in f(*xs)]
    cotangents = [normal(y.shape) for y in outputs]
    tangents = [normal(x.shape) for x in xs]
    directions = [normal(x.shape) for x in xs]
    vjp = pullback(f, xs, cotangents)
    jvp = push_forward(f, xs, cotangents, tangents)
    second = second_order(f, xs, cotangents, directions)
    for x in outputs + vjp + jvp + second:
        finite(x, name)
    check(name, f, xs, (cotangents, tangents, directions), (vjp, jvp, second), steep)
    return outputs, cotangents, vjp, tangents, jvp, directions, second


def check(name, f, xs, drawn, derivatives, steep):
    (cotangents, tangents, directions), (vjp, jvp, second) = drawn, derivatives
    close(dot(vjp, tangents), dot(cotangents, jvp), EXACT, f"{name}: vjp·tangent against cotangent·jvp")
    forward = forward_mode(f, xs, tangents)
    if forward is None:
        without_forward_rule.add(name.split(" ")[0])
    for a, b in zip(jvp, forward or []):
        close(a, b, EXACT, f"{name}: jvp against forward mode")
    if steep:
        return
    for a, b in zip(jvp, differences(f, xs, tangents)):
        close(a, b, DIFFERENCES, f"{name}: jvp against differences")
    # ⟨second, tangents⟩ is the derivative of ⟨directions, vjp⟩ along the tangents.
    paired = lambda *at: [dot(directions, pullback(f, leaves(at), cotangents))]
    slope = differences(paired, xs, tangents)[0]
    close(dot(second, tangents), slope, DIFFERENCES, f"{name}: second order against differences")


def case_record(op, params, inputs, measured, note=None):
    """The record of an op with one output; integer and bool inputs have no vjp, tangent or direction: null."""
    outputs, cotangents, vjp, tangents, jvp, directions, second = measured
    wide = lambda xs: spread(inputs, xs)
    head = {"op": op, "note": note} if note else {"op": op}
    one = len(outputs) == 1
    pick = (lambda xs: record(xs[0])) if one else records
    return {
        **head,
        "params": params,
        "inputs": records(inputs),
        "output" if one else "outputs": pick(outputs),
        "cotangent" if one else "cotangents": pick(cotangents),
        "vjp": wide(vjp),
        "tangents": wide(tangents),
        "jvp": pick(jvp),
        "second": {"directions": wide(directions), "gradients": wide(second)},
    }


def spread(inputs, per_float):
    """One entry per input, null where the input is not a float."""
    rest = iter(per_float)
    return [record(next(rest)) if x.is_floating_point() else None for x in inputs]
