"""PyMC models compiled for NUTS: once for a structure, with places into which other data and numbers are swapped."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

from bayescause.compilation.plan import Plan
from bayescause.compilation.pymc_model import model_data, to_pymc
from bayescause.compilation.table import Table
from bayescause.graph.relations import topological_order
from bayescause.inference.swappable import Swappable, swappable
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel

__all__ = ["CompiledNuts", "Structure", "compile_nuts", "compiled_once"]


type Structure = tuple[str, ...]
"""What models have in common that differ in numbers and rows only."""

KEPT = 16
"""Compiled models that are kept, those used last: many graphs on one table have many structures."""


@dataclass(frozen=True, eq=False)
class CompiledNuts:
    """A joint model of some tasks, compiled once; any table with the same columns can be put into it.

    Parameters
    ----------
    plan : Plan
        Of the tasks in the model.
    design : Design
    pymc_model : pymc.Model
    compiled : nutpie's compiled model, optional
        None where nutpie is not installed: PyMC's own sampler is used.
    numbers : mapping of str to array
        What ``design`` puts into the model: centres, knots, parameters of priors.
    places : mapping of str to shared variable
        Where the model keeps them.
    """

    plan: Plan
    design: Design
    pymc_model: Any
    compiled: Any = None
    numbers: Mapping[str, FloatArray] = field(default_factory=dict)
    places: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tasks(self) -> Mapping[str, MechanismDesign]:
        """The tasks in the model, by key."""
        return {task.key: self.design.mechanisms[task.key] for task in self.plan.tasks}

    def arrays_of(self, table: Table) -> dict[str, FloatArray]:
        """What ``table`` puts into the model, by data variable, dims (row, ...)."""
        return model_data(table, self.plan.tasks, self.design)

    def takes(self, arrays: Mapping[str, FloatArray]) -> bool:
        """Whether the model has a place for all of them: none for row weights if the table compiled with had none."""
        return all(name in self.pymc_model.named_vars for name in arrays)


def compile_nuts(model: StructuralModel, table: Table, plan: Plan, design: Design) -> CompiledNuts:
    """Compile the tasks of ``plan`` into one sampler; takes seconds, whatever the number of rows."""
    return compiled_once({}, model, table, plan, design)


def compiled_once(
    known: dict[Structure, CompiledNuts], model: StructuralModel, table: Table, plan: Plan, design: Design
) -> CompiledNuts:
    """A sampler of the tasks of ``plan``: compiled only if none of ``known`` has its structure, and then added.

    Parameters
    ----------
    known : dict of structure to CompiledNuts
        What was compiled before, each with the design that it was asked for last; only the latest are kept.
    model : StructuralModel
    table : Table
    plan : Plan
    design : Design
        May have other numbers than the one that was compiled: the terms, the numbers of their columns and levels, the
        families of the priors and whether rows have weights are the structure.
    """
    for one in known.values():
        if one.design is design and one.takes(one.arrays_of(table)):
            return one
    ordered = _in_order(model, plan)
    joint = _joint_model(model, table, ordered, design)
    # Functions may hide what they compute from the graph: other functions are another structure.
    structure = (*joint.structure, *(repr(design.mechanisms[task.key].mechanism) for task in ordered.tasks))
    before = known.pop(structure, None)
    if before is None:
        found = CompiledNuts(ordered, design, joint.model, _by_rust(joint.model), joint.numbers, joint.places)
    else:
        found = replace(before, plan=ordered, design=design, numbers=joint.numbers)
    known[structure] = found
    for oldest in list(known)[:-KEPT]:
        del known[oldest]
    return found


def _joint_model(model: StructuralModel, table: Table, plan: Plan, design: Design) -> Swappable:
    from pytensor.scalar.basic import autocast_float_as

    # A number that single precision holds exactly would have another type than its neighbour, and be another structure.
    with autocast_float_as("float64"):
        return swappable(to_pymc(model, table, plan, design=design))


def _by_rust(joint: Any) -> Any:
    if find_spec("nutpie") is None:
        return None
    import nutpie

    return nutpie.compile_pymc_model(joint)


def _in_order(model: StructuralModel, plan: Plan) -> Plan:
    """Parents first, then by name, so that the order of the questions does not decide who gets which random number."""
    place = {name: number for number, name in enumerate(topological_order(model.graph))}
    return replace(plan, tasks=tuple(sorted(plan.tasks, key=lambda task: (place[task.variable], task.key))))
