"""Parameters of one mechanism that would have one name: a cause called like a parameter, or two columns alike."""

from collections import Counter

from bayescause.scm.design import INTERCEPT, RAW_INTERCEPT, MechanismDesign, named_of

__all__ = ["clashes"]


def clashes(task: MechanismDesign) -> list[str]:
    """Why the names of parameters do not tell them apart, a sentence for each; nothing if they do.

    Parameters
    ----------
    task : MechanismDesign
        Its priors are not looked at.

    Examples
    --------
    >>> import numpy as np
    >>> from bayescause.scm.mechanisms.gamma import Gamma
    >>> task = MechanismDesign("y", "y", Gamma(), (), ("shape", "x"), np.zeros(2), np.ones(2), {})
    >>> clashes(task)[0].split(":")[0]
    "'shape' among the causes of 'y' is the name of a parameter of its family (gamma) as well"
    """
    columns = Counter(task.columns)
    taken = {name for predictor in task.mechanism.predictors for name in _of_family(task, predictor, columns)}
    families = [
        f"{name!r} among the causes of {task.variable!r} is the name of a parameter of its family "
        f"({task.mechanism.short}) as well: priors and draws could not be told apart. {_rename(name)}"
        for name in columns
        if name in taken
    ]
    return families + [
        f"Two parts of the formula of {task.variable!r} are called {name!r}: their coefficients could not be told "
        f"apart. {_rename(name)}"
        for name, times in columns.items()
        if times > 1
    ]


def _of_family(task: MechanismDesign, predictor: str, columns: Counter[str]) -> set[str]:
    """Columns that would have the name of another parameter, if they follow ``predictor``."""
    named = {column: named_of(task.mechanism, predictor, column) for column in columns}
    own = {column for column, name in named.items() if name in task.dispersion}
    return own | ({INTERCEPT, RAW_INTERCEPT} & set(columns) if task.has_intercept else set())


def _rename(name: str) -> str:
    return f"Rename the column {name!r} in the data and in the model."
