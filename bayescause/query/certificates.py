"""What the importance weights of mechanisms are worth for one effect."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.inference.posterior import Posterior
from bayescause.inference.weighted_draws import pareto_k_of

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.scm.mechanism import FloatArray

__all__ = ["k_hats_of"]


def k_hats_of(posterior: Posterior, route: "Route", draws: "FloatArray") -> dict[str, float]:
    """K-hat by task that was drawn with weights and that ``route`` needs.

    Parameters
    ----------
    posterior : Posterior
    route : Route
    draws : array, dims (chain, draw, ...)
        Of the effect; of several groups or points, the largest k-hat is given.
    """
    cells = np.moveaxis(draws.reshape(*draws.shape[:2], -1), -1, 0)
    keys = tuple(dict.fromkeys(route.keys.values()))
    found = [pareto_k_of(posterior, keys, cell) for cell in cells]
    return _of_block(posterior, route) | {key: max(one[key] for one in found) for key in found[0]}


def _of_block(posterior: Posterior, route: "Route") -> dict[str, float]:
    block = posterior.blocks.get(route.block or "")
    if block is None or "pareto_k" not in block.stats:
        return {}
    return {block.block.key: float(block.stats["pareto_k"])}
