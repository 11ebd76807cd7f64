"""Two equations of an instrumented effect: the treatment by its instruments, and the outcome by the treatment."""

from dataclasses import replace

from bayescause.compilation.plan import Block, Task
from bayescause.compilation.tasks import conditional_task, declared_task, default_mechanism
from bayescause.graph.surgery import project
from bayescause.scm.structural_model import StructuralModel

__all__ = ["ETA", "equations"]

ETA = 2.0
"""Shape of the LKJ prior of the errors' correlation: 1 is uniform, 2 vanishes at -1 and 1 (decision 0014)."""


def equations(model: StructuralModel, block: Block) -> tuple[Task, Task]:
    """The two straight-line equations whose errors are correlated, the treatment's first.

    An equation that has exactly the declared causes of its variable has the declared terms and priors; any other has
    default ones.

    Parameters
    ----------
    model : StructuralModel
    block : Block
        Of treatment and outcome, in this order.

    Examples
    --------
    >>> model = StructuralModel.parse("draft ~ lottery; income ~ draft; draft <-> income")
    >>> block = Block("draft and income", "joint_normal", ("draft", "income"),
    ...               {"draft": ("lottery",), "income": ("draft",)})
    >>> [(task.key, task.is_declared) for task in equations(model, block)]
    [('draft with income', True), ('income with draft', True)]
    """
    treatment, outcome = block.variables
    return _equation(model, block, treatment, outcome), _equation(model, block, outcome, treatment)


def _equation(model: StructuralModel, block: Block, name: str, other: str) -> Task:
    given = block.given[name]
    is_declared = set(given) == set(model.graph.parents(name)) == set(project(model.graph).parents(name))
    task = declared_task(model, name, block.why) if is_declared else conditional_task(model, name, given, block.why)
    # Not the name of a task of its own: priors and terms may be those of the mechanism, the errors are not.
    mechanism = task.mechanism or default_mechanism("continuous")
    return replace(task, key=f"{name} with {other}", mechanism=mechanism)
