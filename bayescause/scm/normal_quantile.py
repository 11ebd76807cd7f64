"""The normal quantile in NumPy, so that the commonest family does not wait for SciPy to load.

Wichura (1988), algorithm AS 241 (PPND16), "The percentage points of the normal distribution", Applied Statistics 37:
a ratio of polynomials near the middle and two of the root of the log tail, to about 16 digits.
"""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["normal_quantile"]

MIDDLE = 0.425
"""Distance from 1/2 within which the first ratio holds."""

FAR = 5.0
"""Root of minus the log tail from which on the third ratio holds."""

BLOCK = 8_192
"""Probabilities at a time: what is computed on the way stays in the processor's cache."""

NEAR_RATIO = (
    [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
     1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080],
    [5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867, 5394.1960214247511077,
     687.18700749205790830, 42.313330701600911252, 1.0],
)  # fmt: skip
TAIL_RATIO = (
    [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
     3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734],
    [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1.0],
)  # fmt: skip
FAR_RATIO = (
    [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720],
    [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0],
)  # fmt: skip


def normal_quantile(probability: FloatArray) -> FloatArray:
    """Value below which a standard normal lies with ``probability``, dims of ``probability``.

    Minus and plus infinity at 0 and 1, NaN outside.

    Examples
    --------
    >>> normal_quantile(np.array([0.5, 0.975])).round(4).tolist()
    [0.0, 1.96]
    """
    given = np.asarray(probability, dtype=float)
    flat, found = given.ravel(), np.empty(given.size)
    for start in range(0, given.size, BLOCK):
        found[start : start + BLOCK] = _quantiles(flat[start : start + BLOCK])
    return found.reshape(given.shape)


def _quantiles(given: FloatArray) -> FloatArray:
    gap = given - 0.5
    is_near = np.abs(gap) <= MIDDLE
    found, near, side = np.empty(given.shape), gap[is_near], gap[~is_near]
    found[is_near] = near * _ratio(NEAR_RATIO, 0.180625 - near**2)
    outer = given[~is_near]
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(-np.log(np.where(side < 0, outer, 1.0 - outer)))
        sizes, is_far = _ratio(TAIL_RATIO, root - 1.6), root > FAR
        sizes[is_far] = _ratio(FAR_RATIO, root[is_far] - FAR)
    sizes[root == np.inf] = np.inf
    found[~is_near] = np.copysign(sizes, side)
    return found


def _ratio(polynomials: tuple[list[float], list[float]], at: FloatArray) -> FloatArray:
    above, below = (_polynomial(coefficients, at) for coefficients in polynomials)
    return np.asarray(above / below)


def _polynomial(coefficients: list[float], at: FloatArray) -> FloatArray:
    # Horner's rule in place: ``numpy.polyval`` makes two new arrays a step.
    value = np.full(at.shape, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= at
        value += coefficient
    return value
