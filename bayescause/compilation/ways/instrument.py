"""Instruments: straight lines with correlated errors, for an effect that the graph alone does not identify."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Block, Route
from bayescause.compilation.tasks import default_mechanism
from bayescause.compilation.way import Asked, Proposal
from bayescause.graph.formula import Factor, Term
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import causal_path_variables
from bayescause.identification.verdict import NotIdentified, Parametric
from bayescause.scm.kinds import LEVELLED
from bayescause.surface import fact

__all__ = ["ByInstrument"]


@dataclass(frozen=True)
class ByInstrument:
    """For averages of effects of a continuous treatment on a continuous outcome (DESIGN section 4)."""

    short: ClassVar[str] = "instrument"
    rank: ClassVar[int] = 60

    def propose(self, asked: Asked) -> Proposal | str | None:
        """Two equations with correlated errors; or what does not fit them; or None without an instrument."""
        match asked.verdict:
            case NotIdentified(parametric=Parametric(strategy="instrument") as parametric):
                pass
            case _:
                return None
        obstacle = next(_obstacles(asked, parametric), None)
        if obstacle is not None:
            names = " and ".join(parametric.instruments)
            return f"With straight lines {names} would tell, but {obstacle}"
        block = _block(asked, parametric)
        route = Route(asked.query, asked.verdict, covariates=parametric.given, way=self.short, block=block.key)
        return Proposal(route, blocks=(block,))


def _block(asked: Asked, parametric: Parametric) -> Block:
    (treatment,), (outcome,) = asked.query.of, asked.query.on
    chosen = {*parametric.instruments, *parametric.given}
    nodes = asked.model.graph.nodes
    return Block(
        key=f"joint law of {treatment} and {outcome}",
        law="joint_normal",
        variables=(treatment, outcome),
        given={
            treatment: tuple(name for name in nodes if name in chosen),
            outcome: tuple(name for name in nodes if name in {treatment, *parametric.given}),
        },
        why=_why(parametric.instruments),
    )


def _why(names: tuple[str, ...]) -> str:
    tell = "tells" if len(names) == 1 else "tell"
    return f"{' and '.join(names)} {tell} the effect, if every effect is a straight line and the same for all"


def _obstacles(asked: Asked, parametric: Parametric) -> Iterator[str]:
    (treatment,), (outcome,) = asked.query.of, asked.query.on
    if not getattr(asked.question, "is_average", False):
        yield (
            f"they tell average effects only, and this question asks for the {asked.question.name}. "
            "Ask for the average effect."
        )
    if particulars(asked.question).quantity:
        yield f"they tell effects on means, and the {asked.question.name} is about chances of {outcome}."
    projected = project(asked.model.graph)
    on_paths = causal_path_variables(projected, [treatment], [outcome])
    straight = [name for name in projected.nodes if name in on_paths or name == treatment]
    for name in straight:
        yield from _not_normal(asked, name)
    for name in straight:
        yield from _uneven(asked, name)
    for name in straight:
        if name != treatment:
            yield from _bent(asked, name, set(straight))
    for name in (*parametric.instruments, *parametric.given):
        if name in asked.identities:
            yield (
                f"{name} has a level for almost every row, like an identity: nobody is left to compare with. "
                "Group its levels, or leave it out of the graph."
            )


def _not_normal(asked: Asked, name: str) -> Iterator[str]:
    """What is wrong with the family of a variable that has to be continuous with normal errors."""
    kind = asked.kinds.get(name, "continuous")
    declared = asked.model.variables[name].mechanism
    family = declared or default_mechanism(kind)
    if kind in LEVELLED:
        yield (
            f"that needs {name} on a continuous scale, and it is {kind}: the effect on it, or of it, is no straight "
            "line. Trying the treatment by lot would settle it."
        )
    elif (_short(family), getattr(family, "link", None)) != ("gaussian", "identity"):
        told = f"{name} is a {kind} variable" if declared is None else f"the family of {name} is {_short(family)}"
        yield (
            f"that needs normal errors around a straight line, and {told}. If they describe {name} well enough, "
            f"say so: {fact(name, 'family', 'gaussian')}."
        )


def _uneven(asked: Asked, name: str) -> Iterator[str]:
    """What gives levels, or observations, of a variable a law of their own."""
    variable = asked.model.variables[name]
    pooled = next((term for term in variable.terms if term.group is not None), None)
    if pooled is not None:
        yield (
            f"`{pooled}` in the formula of {name} pools the levels of {pooled.group}, and that estimator has no pooled "
            f"effects. Write {pooled.group} as an ordinary term."
        )
    if getattr(variable.mechanism, "weights", None) is not None:
        yield f"the observations of {name} have weights, and that estimator has one residual sd. Leave the weights out."


def _short(family: object) -> str:
    return str(getattr(family, "short", "a function of your own"))


def _bent(asked: Asked, name: str, straight: set[str]) -> Iterator[str]:
    """Terms by which the effect would differ from unit to unit, or from level to level."""
    for term in asked.model.variables[name].terms:
        moved = [each for each in term.variables if each in straight]
        if moved and term != Term((Factor(moved[0]),)):
            yield (
                f"{str(term)!r} in the formula of {name} lets the effect differ: that estimator has one straight line "
                f"for all. Write {moved[0]} alone, if that describes it well enough."
            )
