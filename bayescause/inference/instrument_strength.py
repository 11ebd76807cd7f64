"""How strongly instruments move the treatment, and what each of them says alone.

Covariates are taken out first (Frisch, Waugh and Lovell), so that what is left of instruments, treatment and outcome is
theirs alone. The strength is the partial R2 by draw, and Fisher's F, on whose values the literature's thresholds are
(Staiger and Stock 1997; Stock and Yogo 2005; Keane and Neal 2023).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bayescause.inference.equation_pair import EquationPair
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.terms import column_names

__all__ = ["FirstStage", "first_stage", "partial_r2", "single_estimates"]

MOST_ALIKE = 1e8
"""Condition number from which instruments are one and the same."""


@dataclass(frozen=True, eq=False)
class FirstStage:
    """Instruments, treatment and outcome without what the covariates explain, in scaled units.

    Parameters
    ----------
    columns : mapping of str to array of int
        Places of each instrument's columns among the instruments' columns; those that do not vary have none.
    places : array of int, dims (column,)
        The same columns among all coefficients.
    instruments : array, dims (row, column)
    responses : array, dims (row, 2)
        Treatment and outcome.
    degrees : float
        Units that are left beyond the coefficients of covariates and instruments.
    f : float
        Fisher's F of the instruments.
    """

    columns: Mapping[str, npt.NDArray[np.intp]]
    places: npt.NDArray[np.intp]
    instruments: FloatArray
    responses: FloatArray
    degrees: float
    f: float

    @property
    def can_be_split(self) -> bool:
        """Whether the data tell the instruments apart."""
        return self.degrees > 2 and np.linalg.cond(self.instruments) < MOST_ALIKE


def first_stage(pair: EquationPair, design: Design, names: Sequence[str]) -> FirstStage:
    """What the instruments ``names`` explain of the treatment beyond the covariates."""
    owners = _owners(pair.tasks[0], design, names)
    places = np.array([1 + place for place, owner in enumerate(owners) if owner], dtype=np.intp)
    others = np.setdiff1d(np.arange(pair.rows.shape[1]), [*places, pair.treatment])
    covariates = pair.rows[:, others]
    left = np.column_stack([pair.rows[:, places], pair.responses])
    left -= covariates @ np.linalg.lstsq(covariates, left)[0]
    instruments, responses = left[:, :-2], left[:, -2:]
    fitted = instruments @ np.linalg.lstsq(instruments, responses[:, 0])[0]
    rank = int(np.linalg.matrix_rank(instruments)) if len(places) else 0
    degrees = pair.units - int(np.linalg.matrix_rank(covariates)) - rank
    rest = responses[:, 0] - fitted
    f = float(fitted @ fitted / max(rank, 1) / (rest @ rest / degrees)) if degrees > 0 else np.nan
    kept = [owner for owner in owners if owner]
    columns = {name: np.array([p for p, owner in enumerate(kept) if owner == name], dtype=np.intp) for name in names}
    return FirstStage(columns, places, instruments, responses, degrees, f)


def _owners(task: MechanismDesign, design: Design, names: Sequence[str]) -> list[str]:
    """Instrument that each column of the first equation belongs to; empty for covariates.

    A product with a covariate is the instrument's.
    """
    owners: list[str] = []
    for term in task.terms:
        owner = next((name for name in names if name in term.variables), "")
        owners += [owner] * len(column_names(term, design))
    return owners


def partial_r2(stage: FirstStage, pair: EquationPair, coefficients: FloatArray, log_first: FloatArray) -> FloatArray:
    """Share of what the covariates leave of the treatment that the instruments explain, dims (sample,).

    Parameters
    ----------
    stage : FirstStage
    pair : EquationPair
    coefficients : array, dims (sample, coefficient)
        In data units.
    log_first : array, dims (sample,)
        Log sd of the treatment's error, in scaled units.
    """
    pushes = pair.in_scaled_units(coefficients)[:, stage.places] @ stage.instruments.T
    explained = (pushes**2).sum(axis=1) / pair.units
    return np.asarray(explained / (explained + np.exp(2 * log_first)))


def single_estimates(stage: FirstStage, random: np.random.Generator, *, samples: int) -> FloatArray:
    """What each instrument says with the others held, dims (sample, instrument), per scaled unit of both responses.

    Draws from the posterior of the regressions of treatment and outcome on all instruments, with flat priors of the
    coefficients and Jeffreys' prior of the errors' covariance. An instrument that reaches the outcome in another way
    moves its own estimate only.
    """
    gram = stage.instruments.T @ stage.instruments
    inverse = np.linalg.inv(gram)
    centre = inverse @ (stage.instruments.T @ stage.responses)
    rest = stage.responses - stage.instruments @ centre
    root = np.linalg.cholesky(np.linalg.inv(rest.T @ rest))
    # Bartlett's decomposition of a Wishart matrix of two variables; its inverse is the errors' covariance.
    lower = np.zeros((samples, 2, 2))
    lower[:, 0, 0] = np.sqrt(random.chisquare(stage.degrees, samples))
    lower[:, 1, 1] = np.sqrt(random.chisquare(stage.degrees - 1, samples))
    lower[:, 1, 0] = random.standard_normal(samples)
    precision = root @ lower
    noise = random.standard_normal((samples, 2, len(gram)))
    moved = np.linalg.solve(np.swapaxes(precision, 1, 2), noise) @ np.linalg.cholesky(inverse).T
    slopes = centre.T + moved
    return np.column_stack([_ratio(slopes[:, :, own], gram, own) for own in stage.columns.values() if len(own)])


def _ratio(slopes: FloatArray, gram: FloatArray, own: npt.NDArray[np.intp]) -> FloatArray:
    """Effect that one instrument's columns tell: of several columns, weighted by how they move the treatment."""
    weights = slopes[:, 0] @ gram[np.ix_(own, own)]
    return np.asarray((weights * slopes[:, 1]).sum(axis=1) / (weights * slopes[:, 0]).sum(axis=1))
