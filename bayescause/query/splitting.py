"""An effect of several groups as one effect a group."""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["split"]


def split(effect: "Effect") -> "tuple[Effect, ...]":
    """One effect a group; an effect without groups comes back alone.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1] * 20, "z": [0, 0, 1, 1] * 10, "y": [float(i % 5 + i % 2) for i in range(40)]}
    >>> question = bc.ConditionalEffect(of="x", on="y", given=("z",))
    >>> effect = bc.ask(bc.StructuralModel.parse("x ~ z; y ~ x*z"), rows, question)
    >>> [one.group for one in split(effect)]
    ['z = 0', 'z = 1']
    """
    if effect.bounds is not None and "group" in effect.bounds.low.dims:
        # Here and not above: words on effects, which `check` tells, wait for no arrays with dims.
        from bayescause.query.bounds import split_bounds

        return tuple(replace(effect, bounds=part, group=group) for group, part in split_bounds(effect.bounds))
    if effect.draws is None or "group" not in effect.draws.dims:
        return (effect,)
    labels = [str(label) for label in effect.draws["group"].to_numpy()]
    return tuple(
        replace(effect, draws=effect.draws.isel(group=place, drop=True), group=label)
        for place, label in enumerate(labels)
    )
