"""What prior and data each know about the parameters of a task, as precisions on one scale.

On the unconstrained scale of a task the posterior is about normal, with a precision that is the sum of two: that of the
prior and that of the data (minus the Hessian of the log-likelihood). Both together have one system of directions (a
generalised eigenproblem): along each the data know ``ratio`` times as much as the prior, so that the prior holds
``1 / (1 + ratio)`` of what is known there, and a direction of ratio 0 is one that the data say nothing about.
"""

from dataclasses import dataclass

import numpy as np

from bayescause.compilation.experiment import rows_of
from bayescause.inference.log_posterior import log_posterior
from bayescause.inference.posterior import Posterior, parameters
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.priors import log_density

__all__ = ["Information", "information_of"]


@dataclass(frozen=True, eq=False)
class Information:
    """What is known of the parameters of one task.

    Parameters
    ----------
    key : str
        Of the task.
    names : tuple of str
        Free parameters.
    points : array, dims (sample, parameter)
        Draws on the unconstrained scale.
    prior : array, dims (parameter,)
        Precision of the prior at the mean of the draws.
    data : array, dims (parameter, parameter)
        Precision that the data add there.
    log_prior, log_likelihood : array, dims (sample,)
        Densities at the draws, the prior's in the unit of the parameters.

    Examples
    --------
    >>> told = Information("y", ("a", "b"), np.zeros((1, 2)), np.ones(2), np.diag([9.0, 0.0]), np.zeros(1), np.zeros(1))
    >>> ratios, directions = told.directions()
    >>> ratios.tolist(), np.abs(directions).tolist()
    ([0.0, 9.0], [[0.0, 1.0], [1.0, 0.0]])
    """

    key: str
    names: tuple[str, ...]
    points: FloatArray
    prior: FloatArray
    data: FloatArray
    log_prior: FloatArray
    log_likelihood: FloatArray

    def directions(self) -> tuple[FloatArray, FloatArray]:
        """Ratios, ascending, dims (direction,), and directions of prior variance one, dims (parameter, direction)."""
        root = 1.0 / np.sqrt(self.prior)
        ratios, vectors = np.linalg.eigh(root[:, None] * self.data * root)
        # Where a likelihood is not concave some curvature may be negative: nothing is known there.
        return np.maximum(ratios, 0.0), root[:, None] * vectors


def information_of(posterior: Posterior, key: str, *, times: float = 1.0) -> Information:
    """What prior and data know of the parameters of the task ``key``.

    Parameters
    ----------
    posterior : Posterior
    key : str
    times : float
        How many units each unit of the posterior's table stands for.
    """
    task = posterior.design.mechanisms[key]
    target = log_posterior(task, posterior.design, rows_of(posterior.model, posterior.table, task))
    drawn = parameters(posterior, key)
    values = dict(zip(task.coefficients, drawn.coefficients.T, strict=True)) | dict(drawn.dispersion)
    axes = target.coordinates.axes
    points = np.stack([axis.place(values[axis.name]) for axis in axes], axis=1)
    middle = points.mean(axis=0)
    prior = np.array([-axis.prior_curve(at).second for axis, at in zip(axes, middle.tolist(), strict=True)])
    data = times * (-target.expand(middle).hessian - np.diag(prior))
    likelihood = posterior.sample_stats[f"{posterior.safe_keys[key]}_log_likelihood"].to_numpy().ravel()
    return Information(
        key,
        tuple(axis.name for axis in axes),
        points,
        np.maximum(prior, np.finfo(float).tiny),
        (data + data.T) / 2.0,
        np.sum([log_density(axis.prior, values[axis.name]) for axis in axes], axis=0),
        likelihood,
    )
