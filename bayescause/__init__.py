"""bayescause: draw what causes what, ask a question, get an answer with its proof, its doubts and a decision.

The names below are loaded when they are first used, so that ``import bayescause`` costs milliseconds.

Examples
--------
>>> import bayescause as bc
>>> graph = bc.CausalGraph.parse("loyalty -> {promo sales}; promo -> sales")
>>> bc.identify(graph, bc.AverageEffect(of="promo", on="sales")).is_identified
True
"""

import logging
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayescause import errors
    from bayescause.analysis.asking import ask
    from bayescause.analysis.asking_many import ask_many
    from bayescause.analysis.calibration import calibrate
    from bayescause.analysis.concordance import concordance
    from bayescause.analysis.deciding import decide
    from bayescause.analysis.doubting import sensitivity
    from bayescause.analysis.falsifying import falsify
    from bayescause.analysis.predictive import check_predictive
    from bayescause.analysis.prior_share import prior_share
    from bayescause.analysis.slicing import slice_by
    from bayescause.compilation.checking import tabulate
    from bayescause.compilation.planning import plan
    from bayescause.compilation.pymc_model import to_pymc
    from bayescause.graph.causal_graph import CausalGraph
    from bayescause.identification.identify import identify
    from bayescause.identification.implications import implications
    from bayescause.inference.fitting import fit
    from bayescause.inference.fitting_many import fit_many
    from bayescause.query.decomposition import decompose
    from bayescause.query.estimands.average_effect import AverageEffect
    from bayescause.query.estimands.conditional_curve import ConditionalCurve
    from bayescause.query.estimands.conditional_effect import ConditionalEffect
    from bayescause.query.estimands.controlled_direct_effect import ControlledDirectEffect
    from bayescause.query.estimands.distribution import Distribution
    from bayescause.query.estimands.dose_response import DoseResponse
    from bayescause.query.estimands.effect_on_treated import EffectOnTreated
    from bayescause.query.estimands.effect_on_untreated import EffectOnUntreated
    from bayescause.query.estimands.exceedance import Exceedance
    from bayescause.query.estimands.individual_effect import IndividualEffect
    from bayescause.query.estimands.natural_direct_effect import NaturalDirectEffect
    from bayescause.query.estimands.natural_indirect_effect import NaturalIndirectEffect
    from bayescause.query.estimands.number_needed_to_treat import NumberNeededToTreat
    from bayescause.query.estimands.odds_ratio import OddsRatio
    from bayescause.query.estimands.path_specific_effect import PathSpecificEffect
    from bayescause.query.estimands.policy_effect import PolicyEffect
    from bayescause.query.estimands.probability_of_both import ProbabilityOfBoth
    from bayescause.query.estimands.probability_of_necessity import ProbabilityOfNecessity
    from bayescause.query.estimands.probability_of_sufficiency import ProbabilityOfSufficiency
    from bayescause.query.estimands.quantile_effect import QuantileEffect
    from bayescause.query.estimands.risk_ratio import RiskRatio
    from bayescause.query.estimands.shift_effect import ShiftEffect
    from bayescause.query.estimating import estimate
    from bayescause.query.imagining import counterfactual, unit_in
    from bayescause.query.number_needed import number_needed
    from bayescause.query.plotting import plot_dose_response, plot_effect, plot_individual_effects
    from bayescause.reporting.findings import Findings
    from bayescause.reporting.publishing import report
    from bayescause.scm.structural_model import StructuralModel
    from bayescause.study.running import run
    from bayescause.study.study import Study

__version__ = "0.1.0"

__all__ = [
    "AverageEffect",
    "CausalGraph",
    "ConditionalCurve",
    "ConditionalEffect",
    "ControlledDirectEffect",
    "Distribution",
    "DoseResponse",
    "EffectOnTreated",
    "EffectOnUntreated",
    "Exceedance",
    "Findings",
    "IndividualEffect",
    "NaturalDirectEffect",
    "NaturalIndirectEffect",
    "NumberNeededToTreat",
    "OddsRatio",
    "PathSpecificEffect",
    "PolicyEffect",
    "ProbabilityOfBoth",
    "ProbabilityOfNecessity",
    "ProbabilityOfSufficiency",
    "QuantileEffect",
    "RiskRatio",
    "ShiftEffect",
    "StructuralModel",
    "Study",
    "__version__",
    "ask",
    "ask_many",
    "calibrate",
    "check_predictive",
    "concordance",
    "counterfactual",
    "decide",
    "decompose",
    "errors",
    "estimate",
    "falsify",
    "fit",
    "fit_many",
    "identify",
    "implications",
    "number_needed",
    "plan",
    "plot_dose_response",
    "plot_effect",
    "plot_individual_effects",
    "prior_share",
    "report",
    "run",
    "sensitivity",
    "slice_by",
    "tabulate",
    "to_pymc",
    "unit_in",
]

_HOMES = MappingProxyType(
    {
        "AverageEffect": "query.estimands.average_effect",
        "CausalGraph": "graph.causal_graph",
        "ConditionalCurve": "query.estimands.conditional_curve",
        "ConditionalEffect": "query.estimands.conditional_effect",
        "ControlledDirectEffect": "query.estimands.controlled_direct_effect",
        "Distribution": "query.estimands.distribution",
        "DoseResponse": "query.estimands.dose_response",
        "EffectOnTreated": "query.estimands.effect_on_treated",
        "EffectOnUntreated": "query.estimands.effect_on_untreated",
        "Exceedance": "query.estimands.exceedance",
        "Findings": "reporting.findings",
        "IndividualEffect": "query.estimands.individual_effect",
        "NaturalDirectEffect": "query.estimands.natural_direct_effect",
        "NaturalIndirectEffect": "query.estimands.natural_indirect_effect",
        "NumberNeededToTreat": "query.estimands.number_needed_to_treat",
        "OddsRatio": "query.estimands.odds_ratio",
        "PathSpecificEffect": "query.estimands.path_specific_effect",
        "PolicyEffect": "query.estimands.policy_effect",
        "ProbabilityOfBoth": "query.estimands.probability_of_both",
        "ProbabilityOfNecessity": "query.estimands.probability_of_necessity",
        "ProbabilityOfSufficiency": "query.estimands.probability_of_sufficiency",
        "QuantileEffect": "query.estimands.quantile_effect",
        "RiskRatio": "query.estimands.risk_ratio",
        "ShiftEffect": "query.estimands.shift_effect",
        "StructuralModel": "scm.structural_model",
        "Study": "study.study",
        "ask": "analysis.asking",
        "ask_many": "analysis.asking_many",
        "calibrate": "analysis.calibration",
        "check_predictive": "analysis.predictive",
        "concordance": "analysis.concordance",
        "counterfactual": "query.imagining",
        "decide": "analysis.deciding",
        "decompose": "query.decomposition",
        "estimate": "query.estimating",
        "falsify": "analysis.falsifying",
        "fit": "inference.fitting",
        "fit_many": "inference.fitting_many",
        "identify": "identification.identify",
        "implications": "identification.implications",
        "number_needed": "query.number_needed",
        "plan": "compilation.planning",
        "plot_dose_response": "query.plotting",
        "plot_effect": "query.plotting",
        "plot_individual_effects": "query.plotting",
        "prior_share": "analysis.prior_share",
        "report": "reporting.publishing",
        "run": "study.running",
        "sensitivity": "analysis.doubting",
        "slice_by": "analysis.slicing",
        "tabulate": "compilation.checking",
        "to_pymc": "compilation.pymc_model",
        "unit_in": "query.imagining",
    }
)

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("bayescause.errors")
    if name not in _HOMES:
        raise AttributeError(f"module 'bayescause' has no attribute {name!r}. Public names: {', '.join(__all__)}.")
    value = getattr(import_module(f"bayescause.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
