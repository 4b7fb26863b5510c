"""The exact values of the special functions, by MPFR (through gmpy2) in the context that measure.py sets."""
import math

import gmpy2
from gmpy2 import mpfr


def lgamma(x):
    return gmpy2.lgamma(x)[0]


def erfinv(x):
    """By Newton's method; near ±1 on erfc, whose argument 1 − |x| is exact."""
    size, y = abs(x), mpfr(math.sqrt(max(0.0, -math.log(max(1e-300, float(1 - abs(x)))))))
    if size == 1 or size > 1 or x == 0 or gmpy2.is_nan(x):
        return gmpy2.copy_sign(gmpy2.inf(), x) if size == 1 else x if x == 0 else gmpy2.nan()
    root = gmpy2.sqrt(gmpy2.const_pi()) / 2
    if size < 0.9:
        y = size * root
    for _ in range(200):
        step = (gmpy2.erf(y) - size if size < 0.5 else (1 - size) - gmpy2.erfc(y)) * root * gmpy2.exp(y * y)
        y -= step
        if abs(step) < abs(y) * mpfr(2) ** -120:
            break
    return gmpy2.copy_sign(y, x)


def logit(x):
    if x == 0 or x == 1:
        return gmpy2.inf() if x == 1 else -gmpy2.inf()
    if not 0 < x < 1:
        return gmpy2.nan()
    return gmpy2.log1p((2 * x - 1) / (1 - x)) if x > 0.1 else gmpy2.log(x) - gmpy2.log1p(-x)


def logaddexp(x, y):
    high, low = (x, y) if x >= y else (y, x)
    if gmpy2.is_nan(x) or gmpy2.is_nan(y) or gmpy2.is_infinite(high) or gmpy2.is_infinite(low):
        return x + y if gmpy2.is_nan(x) or gmpy2.is_nan(y) else high + mpfr(0)
    return high + gmpy2.log1p(gmpy2.exp(low - high))


def xlogy(x, y):
    if gmpy2.is_nan(y) or gmpy2.is_nan(x):
        return gmpy2.nan()
    return mpfr(0) if x == 0 else x * gmpy2.log(y)


BERNOULLI = []


def bernoulli():
    """B_2j, j = 1, 2, …"""
    if not BERNOULLI:
        from fractions import Fraction
        b = [Fraction(1)]
        for n in range(1, 61):
            b.append(-sum(math.comb(n + 1, k) * b[k] for k in range(n)) / (n + 1))
        BERNOULLI.extend(gmpy2.mpfr(gmpy2.mpq(b[2 * j].numerator, b[2 * j].denominator)) / math.factorial(2 * j) for j in range(1, 31))
    return BERNOULLI


def polygamma(n, x):
    """n! times Hurwitz's ζ, after steps up to 30."""
    n = int(n)
    s, total = n + 1, mpfr(0)
    if x == gmpy2.floor(x) and x <= 0:
        return gmpy2.inf() if n % 2 == 1 else (-gmpy2.inf() if x == 0 else gmpy2.nan())
    while x < 30:
        total += 1 / x**s
        x += 1
    power = x ** (1 - s)
    total += power / (s - 1) + power / x / 2
    factor = s * power / (x * x)
    for j, b in enumerate(bernoulli(), 1):
        total += b * factor
        factor *= mpfr(s + 2 * j - 1) * (s + 2 * j) / (x * x)
    return math.factorial(n) * total * (1 if n % 2 == 1 else -1)


ORACLES = {
    'cbrt': gmpy2.cbrt, 'rsqrt': lambda x: gmpy2.rec_sqrt(x) if x != 0 else 1 / x, 'exp2': gmpy2.exp2,
    'log2': gmpy2.log2, 'log10': gmpy2.log10, 'round': gmpy2.rint_roundeven if hasattr(gmpy2, 'rint_roundeven') else gmpy2.rint,
    'trunc': gmpy2.trunc, 'tan': gmpy2.tan, 'arcsin': gmpy2.asin, 'arccos': gmpy2.acos, 'arctan': gmpy2.atan,
    'arctan2': gmpy2.atan2, 'sinh': gmpy2.sinh, 'cosh': gmpy2.cosh, 'arcsinh': gmpy2.asinh, 'arccosh': gmpy2.acosh,
    'arctanh': gmpy2.atanh, 'logit': logit, 'hypot': gmpy2.hypot, 'logaddexp': logaddexp, 'xlogy': xlogy,
    'erf': gmpy2.erf, 'erfc': gmpy2.erfc, 'erfinv': erfinv, 'lgamma': lgamma, 'digamma': gmpy2.digamma, 'polygamma': polygamma,
}
ARITY = {'arctan2': 2, 'hypot': 2, 'logaddexp': 2, 'xlogy': 2, 'polygamma': 2}
BOUNDS = {name: (2.0, 2.5) for name in ORACLES} | {'round': (0.0, 0.0), 'trunc': (0.0, 0.0), 'erfc': (3.0, 2.5), 'erfinv': (4.0, 4.0),
                                                   'lgamma': (8.0, 8.0), 'digamma': (8.0, 8.0), 'polygamma': (8.0, 8.0)}
# Near a zero that no series is made around, the error is bounded by the terms, not by the result.
EXEMPT = {
    'lgamma': lambda args, exact: args[0] < 0 and abs(exact) < 1,
    'digamma': lambda args, exact: args[0] < 0 and abs(exact) < 1,
    'polygamma': lambda args, exact: args[1] < 0 and args[0] % 2 == 0,
    'logaddexp': lambda args, exact: abs(exact) < 0.5,
}


def fixed(name, args):
    """The value where it is a zero, an infinity or NaN, or None."""
    if any(math.isnan(x) for x in args) and not (name == 'hypot' and any(math.isinf(x) for x in args)):
        return math.nan
    if name == 'exp2' and not math.isinf(args[0]):
        return None
    exact = ORACLES[name](*(mpfr(x) for x in args))
    if gmpy2.is_nan(exact) or gmpy2.is_infinite(exact) or exact == 0:
        return float(exact)
    return None
