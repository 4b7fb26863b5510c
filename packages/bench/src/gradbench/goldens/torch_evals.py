"""The evals by PyTorch, in float64: `MODULES[module][function](input)()` is what the suite asks for; the second call does the work.

Each is written otherwise than ours where there is another way: a rotation is a quaternion's, a density
PyTorch's own, a determinant an LU factorisation, a Hessian dense; the searches are plain Python with slopes by hand and by a
complex step.
"""

import math

import torch
from torch.autograd.functional import hessian, jacobian
from torch.distributions import MultivariateNormal, Wishart

torch.set_default_dtype(torch.float64)


def gradient(f, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(f(x), x)[0]


def of_vector(name, f):
    """A scalar function of one vector of the input, and its gradient."""

    def primal(given):
        x = torch.tensor(given[name])
        return lambda: f(x, given)

    def slope(given):
        x = torch.tensor(given[name])
        return lambda: gradient(lambda y: f(y, given), x)

    return {"primal": primal, "gradient": slope}


def llsq(x, given):
    t = torch.linspace(-1, 1, given["n"])
    return ((torch.sign(t) - t[:, None] ** torch.arange(len(x)) @ x) ** 2).sum() / 2


def lse(x, given):
    return torch.logsumexp(x, 0)


def det(flat, given):
    return torch.linalg.det(flat.reshape(given["ell"], given["ell"]))


def ode(x, given):
    def slope(y):
        return torch.cat([x[:1], x[1:] * y[:-1]])

    h = 2 / given["s"]
    y = torch.zeros_like(x)
    for _ in range(given["s"]):
        k1 = slope(y)
        k2 = slope(y + h * k1 / 2)
        k3 = slope(y + h * k2 / 2)
        y = y + h * (k1 + 2 * k2 + 2 * k3 + slope(y + h * k3)) / 6
    return y


def gmm(given):
    """The definition itself: a mixture of normal densities, and a Wishart density of every precision matrix."""
    d, points = given["d"], torch.tensor(given["x"])

    def log_posterior(alpha, mu, q, l):
        factor = torch.diag_embed(torch.exp(q))
        columns, rows = torch.triu_indices(d, d, 1)
        if d > 1:
            factor = factor.index_put((slice_all(len(q)), rows, columns), l)
        precision = factor.mT @ factor
        each = MultivariateNormal(mu, precision_matrix=precision).log_prob(points[:, None])
        prior = Wishart(torch.tensor(d + given["m"] + 1.0), torch.eye(d) / given["gamma"] ** 2).log_prob(precision)
        return torch.logsumexp(torch.log_softmax(alpha, 0) + each, 1).sum() + prior.sum()

    def slice_all(k):
        return torch.arange(k)[:, None]

    names = ["alpha", "mu", "q", "l"]
    return names, log_posterior, [torch.tensor(given[name]) for name in names]


def gmm_jacobian(given):
    names, f, xs = gmm(given)

    def work():
        leaves = [x.detach().requires_grad_() for x in xs]
        slopes = torch.autograd.grad(f(*leaves), leaves, allow_unused=True)  # in one dimension l has no entries
        return {name: torch.zeros_like(x) if g is None else g for name, x, g in zip(names, xs, slopes)}

    return work


def gmm_objective(given):
    _, f, xs = gmm(given)
    return lambda: f(*xs)


def turn(r):
    """[..., 3, 3], the turn about r by its length, from its quaternion: matrix_exp is good to 1e-11 only near 0."""
    angle = r.norm(dim=-1)
    x, y, z = (0.5 * torch.sinc(angle / (2 * math.pi))[..., None] * r).unbind(-1)
    w = torch.cos(angle / 2)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return torch.stack([torch.stack(row, -1) for row in rows], -2)


def reprojection(cameras, points, weights, feature):
    turned = (turn(cameras[:, :3]) @ (points - cameras[:, 3:6])[..., None])[..., 0]
    flat = turned[:, :2] / turned[:, 2:]
    r2 = (flat**2).sum(1, keepdim=True)
    seen = flat * (1 + cameras[:, 9:10] * r2 + cameras[:, 10:11] * r2**2)
    return weights[:, None] * (seen * cameras[:, 6:7] + cameras[:, 7:9] - feature)


def ba_scene(given):
    """Gathered for each observation, so that one sum's gradient holds a row of every block."""
    p = given["p"]
    rows = [torch.tensor(given[name]).expand(p, -1).clone() for name in ("cam", "x")]
    return [*rows, torch.full((p,), given["w"])], torch.tensor(given["feat"])


def ba_objective(given):
    (cameras, points, weights), feature = ba_scene(given)

    def work():
        error, w_error = reprojection(cameras, points, weights, feature), 1 - weights**2
        return {
            "reproj_error": {"elements": error[0], "repeated": given["p"]},
            "w_err": {"element": w_error[0], "repeated": given["p"]},
        }

    return work


def ba_jacobian(given):
    n, m, p = given["n"], given["m"], given["p"]
    scene, feature = ba_scene(given)

    def work():
        leaves = [x.detach().requires_grad_() for x in scene]
        error = reprojection(*leaves, feature)
        rows = [torch.autograd.grad(error[:, i].sum(), leaves, retain_graph=True) for i in range(2)]
        blocks = torch.stack([torch.cat([camera, point, weight[:, None]], 1) for camera, point, weight in rows], 1)
        observation = torch.arange(p)
        places = [
            11 * (observation % n)[:, None] + torch.arange(11),
            11 * n + 3 * (observation % m)[:, None] + torch.arange(3),
            11 * n + 3 * m + observation[:, None],
        ]
        columns = torch.cat(places, 1)[:, None].expand(p, 2, 15)
        last = 11 * n + 3 * m + observation
        values = torch.cat([blocks.flatten(), -2 * scene[2]])
        starts = torch.cat([15 * torch.arange(2 * p), 30 * p + torch.arange(p + 1)])
        ends = lambda x: torch.cat([x[:30], x[-1:]])
        return {"rows": ends(starts), "cols": ends(torch.cat([columns.flatten(), last])), "vals": ends(values)}

    return work


def ba_dense(given):
    """The same values read out of the dense Jacobian in all cameras, points and weights."""
    n, m, p = given["n"], given["m"], given["p"]
    shapes = [("cam", n), ("x", m)]
    cameras, points = (torch.tensor(given[name]).expand(count, -1) for name, count in shapes)
    at = torch.arange(p)

    def errors(cameras, points, weights):
        error = reprojection(cameras[at % n], points[at % m], weights, torch.tensor(given["feat"]))
        return torch.cat([error.flatten(), 1 - weights**2])

    blocks = jacobian(errors, (cameras, points, torch.full((p,), given["w"])))
    return torch.cat([block.reshape(3 * p, -1) for block in blocks], 1)


def hand(given):
    """Everything of the input that is a matrix, and the function of theta and us."""
    data, model = given["data"], given["data"]["model"]
    o, corner = torch.zeros(()), torch.diag(torch.tensor([0.0, 0.0, 0.0, 1.0]))
    relatives, inverses, base, weights = (
        torch.tensor(model[name]) for name in ("base_relatives", "inverse_base_absolutes", "base_positions", "weights")
    )
    points, triangles, chosen = torch.tensor(data["points"]), torch.tensor(model["triangles"]), torch.tensor(data["correspondences"])

    def errors(theta, us):
        angles = [(o, o)] * len(relatives)
        for finger in range(5):
            k = 6 + 4 * finger
            for bone, pair in enumerate([(theta[k], theta[k + 1]), (theta[k + 2], o), (theta[k + 3], o)]):
                angles[2 + 4 * finger + bone] = pair
        absolutes, transforms = [], []
        for (bend, spread), parent, relative, inverse in zip(angles, model["parents"], relatives, inverses):
            joint = turn(torch.stack([o, o, spread])) @ turn(torch.stack([bend, o, o]))
            here = relative @ (torch.nn.functional.pad(joint, (0, 1, 0, 1)) + corner)
            absolutes.append(here if parent < 0 else absolutes[parent] @ here)
            transforms.append(absolutes[-1] @ inverse)
        places = sum(weights[:, b, None] * (base @ transform.T)[:, :3] for b, transform in enumerate(transforms))
        if model["is_mirrored"]:
            places = places * torch.tensor([-1.0, 1.0, 1.0])
        places = places @ turn(theta[:3]).T + theta[3:6]
        if us is None:
            return (points - places[chosen]).flatten()
        a, b, c = places[triangles[chosen]].unbind(1)
        u, v = us[:, :1], us[:, 1:]
        return (points - (u * a + v * b + (1 - u - v) * c)).flatten()

    return errors, torch.tensor(given["theta"]), torch.tensor(given["us"]) if given["us"] else None


def ht_objective(given):
    errors, theta, us = hand(given)
    return lambda: errors(theta, us)


def ht_jacobian(given):
    errors, theta, us = hand(given)

    def work():
        columns = jacobian(lambda t: errors(t, us), theta, vectorize=True, strategy="forward-mode")
        if us is None:
            return columns
        # Each point has its own two: those of its three rows are moved together, of all points at once.
        own = [
            jacobian(lambda step: errors(theta, us + step * direction), torch.zeros(1), vectorize=True, strategy="forward-mode")
            for direction in torch.eye(2)
        ]
        return torch.cat([*own, columns], 1)

    return work


def kmeans(given):
    points, centroids = torch.tensor(given["points"]), torch.tensor(given["centroids"])
    return (lambda c: ((points[:, None] - c) ** 2).sum(2).min(1).values.sum()), centroids


def kmeans_cost(given):
    cost, centroids = kmeans(given)
    return lambda: cost(centroids)


def kmeans_direction(given):
    """By the whole Hessian."""
    cost, centroids = kmeans(given)

    def work():
        curvature = hessian(lambda c: cost(c.reshape(centroids.shape)), centroids.flatten())
        return torch.linalg.solve(curvature, gradient(cost, centroids).flatten()).reshape(centroids.shape)

    return work


def descend(value_and_slope, start):
    """The suite's gradient descent, over lists of numbers."""
    x, rate, steps = start, 1e-5, 0
    value, slope = value_and_slope(x)
    while math.hypot(*slope) > 1e-5:
        if steps == 10:
            rate, steps = 2 * rate, 0
            continue
        ahead = [a - rate * b for a, b in zip(x, slope)]
        if math.dist(ahead, x) <= 1e-5:
            break
        below, its_slope = value_and_slope(ahead)
        if below < value:
            x, value, slope, steps = ahead, below, its_slope, steps + 1
        else:
            rate, steps = rate / 2, 0
    return x


def saddle(given):
    """Both slopes by hand: the highest point over the second does not depend on the first."""
    square = lambda x: sum(a * a for a in x)
    double = lambda x: [2 * a for a in x]
    second = descend(lambda b: (square(b), double(b)), given["start"])
    first = descend(lambda a: (square(a) - square(second), double(a)), given["start"])
    return first + second


def crossing(w):
    """The force by hand; w may be complex."""
    charges = [(10.0, 10.0 - w), (10.0, 0.0)]
    x, y, vx, vy = 0.0, 8.0, 0.75, 0.0
    while True:
        fx = fy = 0.0
        for cx, cy in charges:
            cube = ((x - cx) ** 2 + (y - cy) ** 2) ** 1.5
            fx, fy = fx + (x - cx) / cube, fy + (y - cy) / cube
        x, y = x + 0.1 * vx, y + 0.1 * vy
        if y.real <= 0:
            return (x - y / vy * vx) ** 2
        vx, vy = vx + 0.1 * fx, vy + 0.1 * fy


def particle(given):
    """The slope by a complex step, which is exact."""
    def value_and_slope(w):
        value = crossing(complex(w[0], 1e-200))
        return value.real, [value.imag * 1e200]

    return descend(value_and_slope, [given["w"]])[0]


def ode_primal(given):
    x = torch.tensor(given["x"])
    return lambda: ode(x, given)


def ode_gradient(given):
    x = torch.tensor(given["x"])
    return lambda: gradient(lambda y: ode(y, given)[-1], x)


def at_once(f):
    """Plain Python, which has nothing to prepare."""
    return lambda given: lambda: f(given)


MODES = ("rr", "rf", "fr", "ff")
MODULES = {
    "hello": {"square": at_once(lambda x: x * x), "double": at_once(lambda x: 2 * x)},
    "llsq": of_vector("x", llsq),
    "lse": of_vector("x", lse),
    "det": of_vector("A", det),
    "ode": {"primal": ode_primal, "gradient": ode_gradient},
    "gmm": {"objective": gmm_objective, "jacobian": gmm_jacobian},
    "ba": {"objective": ba_objective, "jacobian": ba_jacobian},
    "ht": {"objective": ht_objective, "jacobian": ht_jacobian},
    "kmeans": {"cost": kmeans_cost, "dir": kmeans_direction},
    "saddle": {mode: at_once(saddle) for mode in MODES},
    "particle": {mode: at_once(particle) for mode in MODES},
}


def plain(value):
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value.tolist() if isinstance(value, torch.Tensor) else value


def answer(module, function, given):
    return plain(MODULES[module][function](given)())
