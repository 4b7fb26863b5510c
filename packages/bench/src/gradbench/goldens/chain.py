"""The chain of ../lstm.ts by PyTorch, in float64: chain.py > chain.json

Small chains whose numbers come from the formula of workloads/hash.ts; the objective as plain loops, its gradient by
PyTorch's own reverse mode.
"""

import json

import torch

torch.set_default_dtype(torch.float64)


def spread(seed, rows, columns, scale):
    i = torch.arange(rows * columns, dtype=torch.int64)
    hashed = (i * 2654435761 + seed * 40503 + 12345) % 4294967296
    mixed = ((hashed ^ (hashed >> 15)) * 22695477 + 1) % 4294967296
    return (((mixed.double() / 4294967296) * 2 - 1) * scale).reshape(rows, columns)


def objective(main, extra, state, sequence):
    states = list(state)
    loss, count = 0.0, 0
    for x, gold in zip(sequence[:-1], sequence[1:]):
        signal = x * extra[0]
        for row in range(0, len(states), 2):
            h, c = states[row], states[row + 1]
            gates = torch.cat([signal, h, signal, h]) * main[row] + main[row + 1]
            forget, inward, outward, change = gates.reshape(4, -1)
            c = c * torch.sigmoid(forget) + torch.sigmoid(inward) * torch.tanh(change)
            states[row], states[row + 1] = torch.sigmoid(outward) * torch.tanh(c), c
            signal = states[row]
        predicted = signal * extra[1] + extra[2]
        loss = loss + (gold * (predicted - torch.log(2 + torch.exp(predicted).sum()))).sum()
        count += len(gold)
    return -loss / count


def case(layers, steps, width):
    main = spread(1, 2 * layers, 4 * width, 1).requires_grad_()
    extra = spread(2, 3, width, 1).requires_grad_()
    state = spread(3, 2 * layers, width, 1)
    sequence = (spread(4, steps, width, 1) > 0).double()
    loss = objective(main, extra, state, sequence)
    loss.backward()
    gradient = torch.cat([main.grad.flatten(), extra.grad.flatten()])
    return {
        "layers": layers,
        "steps": steps,
        "width": width,
        "objective": loss.item(),
        "jacobian": gradient.tolist(),
    }


def of_input(given):
    names = ("main_params", "extra_params", "state", "sequence")
    return [torch.tensor(given[name], dtype=torch.float64) for name in names]


def objective_of(given):
    values = of_input(given)
    return lambda: objective(*values)


def jacobian_of(given):
    main, extra, state, sequence = of_input(given)

    def work():
        leaves = [main.detach().requires_grad_(), extra.detach().requires_grad_()]
        slopes = torch.autograd.grad(objective(*leaves, state, sequence), leaves)
        return torch.cat([slope.flatten() for slope in slopes])

    return work


MODULE = {"objective": objective_of, "jacobian": jacobian_of}

if __name__ == "__main__":
    print(json.dumps([case(1, 4, 2), case(2, 7, 3), case(3, 20, 5)], indent=1))
