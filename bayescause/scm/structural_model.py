"""A structural model is a graph with one mechanism a variable."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self, cast

from bayescause.arguments import NAMES, TEXT, Kind, instance, mapping, optional, require
from bayescause.calling import names_its_arguments
from bayescause.errors import BayescauseError, ScaleWarning, SpecError, warn
from bayescause.graph.causal_graph import GRAPH, CausalGraph
from bayescause.graph.formula import Factor, Term
from bayescause.graph.names import nearest
from bayescause.graph.surgery import project
from bayescause.graph.text import read_text
from bayescause.notebooks import by_its_words
from bayescause.plugins import find
from bayescause.scm.consistency import KINDS, variable_faults
from bayescause.scm.mechanism import Mechanism, OwnFunction
from bayescause.scm.priors import Prior, is_proper

__all__ = ["MODEL", "StructuralModel", "Variable", "fittable", "grouping", "improper_priors"]

FAMILIES = "bayescause.scm.mechanisms"

PRIOR = Kind("a prior in text", lambda given: isinstance(given, str | Prior))

KINDS_OF = mapping(
    '{"categorical": ["education"]}', Kind("names", lambda given: isinstance(given, str) or NAMES.is_one(given))
)
FAMILIES_OF = mapping('{"visits": "poisson"}', TEXT, "A family with options goes to `mechanisms`.")
MECHANISMS_OF = mapping(
    '{"cured": Binomial(trials="patients")}',
    Kind("a family or a function", lambda given: not isinstance(given, str)),
    "The name of a family goes to `families`.",
)
PRIORS_OF = mapping('{"sales": {"promo": "normal(0, 50)"}}', mapping("", PRIOR))


@dataclass(frozen=True)
class Variable:
    """All that is known of one variable.

    Parameters
    ----------
    name : str
    kind : str, optional
        ``continuous``, ``binary``, ``count``, ``proportion``, ``categorical`` or ``ordinal``; None: seen from the data.
    mechanism : Mechanism, optional
        None: the default family of the kind. A model turns a Python function into an ``OwnMechanism``.
    terms : tuple of Term
        None at all in a variable with causes: the sum of its causes.
    priors : mapping of str to Prior
        By name of coefficient (``qsmk``, ``education[3]``; ``education`` for all its levels), ``intercept`` (the drive
        at the mean of the predictors), ``raw_intercept`` (the drive where every column is zero), a dispersion
        parameter (``sd``), or the sd of pooled effects (``sd(1|school)``). In the unit of the data.
    label : str, optional
        What people call it.
    unit : str, optional
    levels : tuple of str
        Names of the codes of a binary or categorical variable, in order; the first is the reference.
    better : str, optional
        ``higher`` or ``lower``, for an outcome.
    """

    name: str
    kind: str | None = None
    mechanism: Mechanism | None = None
    terms: tuple[Term, ...] = ()
    priors: Mapping[str, Prior] = field(default_factory=dict)
    label: str | None = None
    unit: str | None = None
    levels: tuple[str, ...] = ()
    better: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(self.terms))
        object.__setattr__(self, "levels", tuple(map(str, self.levels)))
        object.__setattr__(self, "priors", MappingProxyType(dict(self.priors)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Read-only mappings cannot be pickled, and worker processes need models.
        described = (self.label, self.unit, self.levels, self.better)
        return type(self), (self.name, self.kind, self.mechanism, self.terms, dict(self.priors), *described)


@dataclass(frozen=True)
class StructuralModel:
    """A graph, and what is known of each of its variables.

    Parameters
    ----------
    graph : CausalGraph
    variables : mapping of str to Variable
        Variables that are left out get the sum of their causes as terms, and the default family of their kind.

    Raises
    ------
    SpecError
        If a variable is not in the graph, its terms and its arrows disagree, its family does not describe its kind,
        or a prior is impossible or belongs to nothing. All faults at once.

    Warns
    -----
    ScaleWarning
        If a prior is flat, and so no probability distribution.

    Examples
    --------
    >>> model = StructuralModel.parse("traffic ~ promo; sales ~ traffic + promo")
    >>> [str(term) for term in model.variables["sales"].terms]
    ['traffic', 'promo']
    """

    graph: CausalGraph
    variables: Mapping[str, Variable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(
            graph=(self.graph, GRAPH),
            variables=(self.variables, mapping('{"sales": Variable("sales")}', instance(Variable, ""))),
        )
        graph, given = self.graph, self.variables
        complete = _named_groups({name: _completed(given.get(name, Variable(name)), graph) for name in graph.nodes})
        faults = [
            f"{name!r} is not in the graph.{nearest(name, graph.nodes)}" for name in given if name not in complete
        ]
        faults += [
            f"The variable under {key!r} is called {variable.name!r}. Use one name."
            for key, variable in given.items()
            if key != variable.name
        ]
        faults += [fault for variable in complete.values() for fault in variable_faults(variable, graph)]
        SpecError.raise_if(faults)
        object.__setattr__(self, "variables", MappingProxyType(complete))
        for words in improper_priors(self):
            warn(words, ScaleWarning)

    @classmethod
    @names_its_arguments
    def parse(
        cls,
        text: str,
        *,
        kinds: Mapping[str, Iterable[str]] | None = None,
        families: Mapping[str, str] | None = None,
        mechanisms: Mapping[str, Mechanism | OwnFunction] | None = None,
        priors: Mapping[str, Mapping[str, str | Prior]] | None = None,
        labels: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
        levels: Mapping[str, Sequence[str]] | None = None,
        better: Mapping[str, str] | None = None,
    ) -> Self:
        """Read a model from a graph's text, with facts about its variables.

        Parameters
        ----------
        text : str
            Arrows and formulas.
        kinds : mapping of str to iterable of str
            Variables of a kind: ``{"categorical": ["education"]}``.
        families : mapping of str to str
            ``{"visits": "poisson"}``.
        mechanisms : mapping of str to Mechanism or function
            Families with options: ``{"cured": Binomial(trials="patients")}``. Or Python functions
            ``(name, parents, dims)`` that return a PyMC random variable, and are fitted by NUTS.
        priors : mapping of str to mapping of str to str
            ``{"sales": {"promo": "normal(0, 50)", "sd": "half_normal(100)"}}``, in the unit of the data.
        labels, units, levels, better : mapping of str
            What people call a variable, its unit, the names of its codes, and which direction is good.

        Returns
        -------
        StructuralModel
            With a mechanism for each variable that has a formula, a family or priors.

        Raises
        ------
        GraphError
            If the text cannot be read.
        SpecError
            If a fact is about an unknown variable, or impossible. All faults at once.

        Examples
        --------
        >>> model = StructuralModel.parse("sales ~ promo", priors={"sales": {"promo": "normal(0, 50)"}})
        >>> print(model.variables["sales"].priors["promo"])
        normal(0, 50)
        """
        declared = read_text(text)
        require(
            kinds=(kinds, optional(KINDS_OF)),
            families=(families, optional(FAMILIES_OF)),
            mechanisms=(mechanisms, optional(MECHANISMS_OF)),
            priors=(priors, optional(PRIORS_OF)),
            labels=(labels, optional(mapping('{"sales": "takings"}', TEXT))),
            units=(units, optional(mapping('{"sales": "EUR"}', TEXT))),
            levels=(levels, optional(mapping('{"promo": ["no", "yes"]}', NAMES))),
            better=(better, optional(mapping('{"sales": "higher"}', TEXT))),
        )
        faults: list[str] = []
        facts: dict[str, Mapping[str, Any]] = {
            "terms": {name: formula.terms for name, formula in declared.formulas.items()},
            "kind": _kinds(kinds or {}, faults),
            "mechanism": _mechanisms(families or {}, mechanisms or {}, faults),
            "priors": _priors(priors or {}, faults),
            "label": labels or {},
            "unit": units or {},
            "levels": levels or {},
            "better": better or {},
        }
        named = dict.fromkeys(name for values in facts.values() for name in values)
        variables = {
            name: Variable(name, **{fact: values[name] for fact, values in facts.items() if name in values})
            for name in (*declared.graph.nodes, *named)
        }
        try:
            model = cls(declared.graph, variables)
        except SpecError as error:
            raise SpecError(*faults, *error.faults) from error.__cause__
        SpecError.raise_if(faults)
        return model

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        from bayescause.scm.describing import describe

        return describe(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.graph, dict(self.variables))


MODEL = instance(StructuralModel, 'as StructuralModel.parse("sales ~ promo") gives it')


def fittable(model: StructuralModel) -> Mapping[str, str | None]:
    """Why a variable's declared mechanism may not be fitted to data; None where it may.

    It may where the variable and its causes were measured and no hidden common cause reaches it: where its district in
    the latent projection is the variable alone.

    Examples
    --------
    >>> dict(fittable(StructuralModel.parse("sales ~ promo; promo ~ season; season <-> sales")))
    {'sales': 'something unmeasured moves both sales and season', 'promo': None, \
'season': 'something unmeasured moves both season and sales'}
    """
    graph = model.graph
    measured = project(graph)
    reasons: dict[str, str | None] = {}
    for name in graph.nodes:
        hidden = [parent for parent in graph.parents(name) if parent in graph.latent]
        if name in graph.latent:
            reasons[name] = "it was not measured"
        elif measured.siblings(name):
            reasons[name] = f"something unmeasured moves both {name} and {', '.join(measured.siblings(name))}"
        elif hidden:
            reasons[name] = f"its cause {', '.join(hidden)} was not measured"
        else:
            reasons[name] = None
    return MappingProxyType(reasons)


def grouping(model: StructuralModel) -> frozenset[str]:
    """Columns over whose levels some mechanism pools.

    Examples
    --------
    >>> sorted(grouping(StructuralModel.parse("score ~ hours + (1 | school)")))
    ['school']
    """
    return frozenset(term.group for one in model.variables.values() for term in one.terms if term.group is not None)


def improper_priors(model: StructuralModel) -> tuple[str, ...]:
    """What is said of each variable with a flat prior.

    Examples
    --------
    >>> improper_priors(StructuralModel.parse("sales ~ promo"))
    ()
    """
    found = {
        name: [key for key, prior in variable.priors.items() if not is_proper(prior)]
        for name, variable in model.variables.items()
    }
    return tuple(_improper(name, keys) for name, keys in found.items() if keys)


def _improper(name: str, keys: Sequence[str]) -> str:
    listed = ", ".join(map(repr, keys))
    are = f"prior of {listed} is" if len(keys) == 1 else f"priors of {listed} are"
    return (
        f"{name!r}: the {are} flat(), which is no probability distribution: prior predictive checks and calibration "
        "will be refused. Write a wide one instead, such as normal(0, 1000)."
    )


def _completed(given: Variable, graph: CausalGraph) -> Variable:
    variable = _with_function(given, graph)
    terms = variable.terms or tuple(Term((Factor(parent),)) for parent in graph.parents(variable.name))
    # A product may be named with its factors in any order.
    named = {tuple(sorted(map(str, term.factors))): str(term) for term in terms if term.group is None}
    tight = {_tight(key): prior for key, prior in variable.priors.items()}
    priors = {named.get(tuple(sorted(key.split(":"))), key): prior for key, prior in tight.items()}
    return replace(variable, terms=terms, priors=priors)


def _named_groups(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    """Whose levels are pooled is a name, even where it is written as a number: categorical, if nothing else is said."""
    groups = {term.group for one in variables.values() for term in one.terms}
    return {
        name: replace(one, kind="categorical")
        if name in groups and one.kind is None and one.mechanism is None and not one.levels
        else one
        for name, one in variables.items()
    }


def _tight(key: str) -> str:
    """``sd(1 | school)`` as it is stored: without the blanks around the bar."""
    return "|".join(part.strip() for part in key.split("|")) if key.startswith("sd(") else key


def _with_function(variable: Variable, graph: CausalGraph) -> Variable:
    """``variable`` with a Python function in the place of a family read; it is left as it is if it cannot be one."""
    function = variable.mechanism
    if function is None or hasattr(function, "short") or not callable(function) or variable.name in graph.latent:
        return variable
    # Imported late: a function needs PyMC, and few models have one.
    from bayescause.scm.own_mechanism import OwnMechanism

    own = OwnMechanism(cast("OwnFunction", function), variable.name, tuple(graph.parents(variable.name)))
    return replace(variable, mechanism=cast("Mechanism", own))


def _mechanisms(
    families: Mapping[str, str], mechanisms: Mapping[str, Mechanism | OwnFunction], faults: list[str]
) -> dict[str, Mechanism | OwnFunction]:
    built = dict(mechanisms)
    for name, family in families.items():
        if name in mechanisms:
            faults.append(f"{name!r} has a family and a mechanism. Give one of them.")
        try:
            built.setdefault(name, find(FAMILIES, family)())
        except BayescauseError as error:
            faults.append(f"{name!r}: {error}")
    return built


def _priors(priors: Mapping[str, Mapping[str, str | Prior]], faults: list[str]) -> dict[str, dict[str, Prior]]:
    read: dict[str, dict[str, Prior]] = {}
    for name, of_variable in priors.items():
        for key, prior in of_variable.items():
            try:
                chosen = prior if isinstance(prior, Prior) else Prior.parse(prior)
            except SpecError as error:
                faults.extend(f"{name!r}, prior of {key!r}: {fault}" for fault in error.faults)
            else:
                read.setdefault(name, {})[key] = chosen
    return read


def _kinds(kinds: Mapping[str, Iterable[str]], faults: list[str]) -> dict[str, str]:
    kind_of: dict[str, str] = {}
    for kind, members in kinds.items():
        if isinstance(members, str) and members in KINDS and kind not in KINDS:
            faults += [f"`kinds` names the kind first. Write kinds={{{members!r}: [{kind!r}]}}."]
            continue
        for name in [members] if isinstance(members, str) else members:
            if kind_of.setdefault(name, kind) != kind:
                faults += [f"{name!r} is given two kinds, {kind_of[name]} and {kind}. Keep one."]
    return kind_of
