"""Findings made by hand: the promotion, quitting smoking, a refusal, and a question against the arrows."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from bayescause.analysis.calibration import Calibration, RankedQuantity
from bayescause.analysis.counting import CountedArm, UnitCounts
from bayescause.analysis.deciding import Decision
from bayescause.analysis.doubting import Benchmark, Bound, RobustnessValue, Sensitivity
from bayescause.analysis.overlap import Overlap
from bayescause.analysis.predictive_checks import PredictiveCheck, PredictiveChecks
from bayescause.analysis.slices import Slice, Slices
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.compilation.table import Table
from bayescause.identification.identify import identify
from bayescause.identification.verdict import Identified
from bayescause.inference.posterior import Convergence, Posterior
from bayescause.query.bounds import Bounds
from bayescause.query.effect import Effect
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.interval import Interval
from bayescause.reporting.findings import Findings, gather
from bayescause.scm.structural_model import StructuralModel

COVARIATES = "sex race age education smokeintensity smokeyrs exercise active wt71".split()


def draws(mean: float, sd: float, seed: int = 0) -> xr.DataArray:
    """Normal draws with exactly this mean and sd, dims (chain, draw)."""
    values = np.random.default_rng(seed).normal(size=(4, 1000))
    return xr.DataArray(mean + sd * (values - values.mean()) / values.std(), dims=("chain", "draw"))


def posterior(
    model: StructuralModel, columns: dict[str, np.ndarray], question: AverageEffect, *, is_converged: bool = True
) -> Posterior:
    """A posterior that holds what a report reads, and no draws."""
    kinds = {name: "binary" if set(np.unique(column)) <= {0, 1} else "continuous" for name, column in columns.items()}
    levels = {name: model.variables[name].levels or ("0", "1") for name, kind in kinds.items() if kind == "binary"}
    table = Table(columns, kinds, levels, source="weeks.csv", sha256="0" * 64)
    found = Convergence(is_converged, () if is_converged else ("R-hat 1.08 is above 1.01",), 1.0, 3900.0, 3800.0)
    planned = plan(model, [question], kinds=kinds)
    keys = list(planned.routes[0].keys.values())
    return Posterior(
        model=model,
        table=table,
        plan=planned,
        design=derive(model, table, planned.tasks),
        draws=xr.Dataset(),
        sample_stats=xr.Dataset(),
        engines=dict.fromkeys(keys, "exact"),
        convergence=dict.fromkeys(keys, found),
        seed=1,
    )


def checks(variable: str, tails: str = "good") -> PredictiveChecks:
    fine = PredictiveCheck(variable, variable, "fit of the mean", 0.8, 0.2, 2.1, 0.6, "good", "fit of the mean good")
    other = PredictiveCheck(variable, variable, "tails", 1.4, -0.3, 0.4, 0.02, tails, "tails heavier than gaussian")
    return PredictiveChecks((fine, other), level=0.05, replicates=500, rows=1000)


def calibration(*, passes: bool = True) -> Calibration:
    grid = np.linspace(0, 1, 50)
    wave = 0.02 * np.sin(9 * grid)
    band = 0.02 + 0.1 * np.sqrt(grid * (1 - grid))

    def ranked(name: str, kind: str, difference: np.ndarray, *, is_fine: bool) -> RankedQuantity:
        return RankedQuantity(name, kind, grid, difference, 1.0 if is_fine else 4.0, is_fine, 0.95)

    quantities = (
        ranked("ate of promo on sales", "effect", wave, is_fine=True),
        *(
            ranked(f"sales: {name}", "parameter", wave * sign, is_fine=True)
            for name, sign in (("promo", 1), ("loyalty", -1))
        ),
        ranked(
            "joint log-likelihood", "log_likelihood", wave if passes else wave + 0.2 * np.sin(3 * grid), is_fine=passes
        ),
    )
    return Calibration("ok", "", quantities, 200, 1000, grid, -band, band, {"sales": "exact"})


def doubts(
    effect: Effect, *, names: tuple[str, ...], against: float | None, multiples: tuple[float, float]
) -> Sensitivity:
    mean = float(effect.mean())
    bounds = tuple(Bound(k, 0.08 * k, 0.05 * k, mean * (1 - 0.25 * k)) for k in (1, 2, 3))
    marks = tuple(Benchmark(name, bounds, multiples[0] if against else None, multiples[1]) for name in names)
    value = RobustnessValue(0.0, 0.18, 0.12, np.full(10, 0.18), 0.18, effect.interval())
    return Sensitivity("hidden_confounder", effect, "ok", method="one coefficient", estimate=mean, scale=mean / 0.25,
                       treatment_r2=0.04, against=against, robustness=(value,), benchmarks=marks)  # fmt: skip


def sliced(effect: Effect, rows: list[tuple[str, str, float, str]]) -> Slices:
    good = Overlap("good", 500, 200, 500 - 200, share_outside=0.0)
    made = []
    for place, (by, label, mean, reason) in enumerate(rows):
        part = Effect(effect.estimand, effect.verdict, "ok", draws=draws(mean, 0.3, seed=place + 1))
        number = None if reason == "refused" else part
        status = "refused" if reason == "refused" else "ok"
        words = f"{reason} here" if number else "Only 3 of 500 units have qsmk = quit: too few to compare."
        made.append(Slice(label, by, 500, 200, status, reason, words, good, number))
    return Slices(effect, tuple(dict.fromkeys(by for by, *_ in rows)), tuple(made), ("Add qsmk*sex to wt82_71.",))


def promotion_model(text: str = "") -> StructuralModel:
    graph = (
        "promo ~ loyalty + season\ntraffic ~ promo + season\nsales ~ traffic + promo + loyalty\nloyalty <-> season\n"
    )
    return StructuralModel.parse(
        graph + text,
        labels={"sales": "takings", "promo": "the promotion", "loyalty": "customer loyalty", "traffic": "visitors"},
        units={"sales": "EUR"},
        levels={"promo": ("no promotion", "promotion")},
    )


def promotion_columns(rows: int = 1000) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    season, loyalty = rng.normal(100, 10, rows), rng.normal(50, 9, rows)
    promo = (loyalty + rng.normal(0, 9, rows) > 50).astype(float)
    traffic = 200 + 12 * promo + season + rng.normal(0, 5, rows)
    return {"promo": promo, "loyalty": loyalty, "season": season, "traffic": traffic,
            "sales": 7 * traffic + 49 * promo + 8 * loyalty + rng.normal(0, 40, rows)}  # fmt: skip


@pytest.fixture(scope="session")
def promotion() -> Callable[..., Findings]:
    """The promotion's findings; keywords bend one thing at a time."""

    def build(
        *, mean=133.0, sd=13.0, converged=True, calibrated=True, decided=True, multiples=(0.24, 1.6), **rest
    ) -> Findings:
        model, question = promotion_model(), AverageEffect(of="promo", on="sales")
        drawn = posterior(model, promotion_columns(), question, is_converged=converged)
        reasons = () if converged else ("The draws of sales did not converge: R-hat 1.08 is above 1.01.",)
        assumed = ("sales: gaussian (the default for a continuous variable)", "seed 1")
        status = "ok" if converged else "weak"
        effect = Effect(
            question,
            identify(model.graph, question),
            status,
            draws(mean, sd),
            drawn,
            206.0,
            reasons=reasons,
            assumed=assumed,
        )
        better = "run the promotion" if 0.45 * mean > 50 else "leave prices as they are"
        decision = Decision(effect, "run the promotion", "leave prices as they are", 0.45, 50.0, "EUR",
                            leaves_out="What other shops will do.", threshold=50 / 0.45, probability_pays=0.953,
                            probability_loses=0.047, probability_benefit=1.0, probability_harm=0.0,
                            net_gain=0.45 * mean - 50, loss_if_loses=2.8, expected_loss_acting=0.13,
                            expected_loss_not_acting=9.98, value_of_perfect_information=0.13,
                            recommendation=better)  # fmt: skip
        against = 50 / 0.45 if decided else None
        return gather(
            [effect],
            **{"title": "Does the promotion pay?", "unit": "shop week", "collected": "last week"} | rest,
            sensitivities=[doubts(effect, names=("loyalty",), against=against, multiples=multiples)],
            decisions=[decision] if decided else [],
            checks=checks("sales"),
            overlaps={0: Overlap("good", 1000, 480, 1000 - 480, share_outside=0.0)},
            calibration=calibration(passes=calibrated) if calibrated is not None else None,
        )

    return build


@pytest.fixture(scope="session")
def smoking() -> Findings:
    """Quitting smoking, with groups, counts of people and a decision without money."""
    group = "baseline = {" + " ".join(COVARIATES) + "}\n"
    model = StructuralModel.parse(
        group + "baseline <-> baseline\nqsmk ~ baseline\nwt82_71 ~ qsmk*smokeintensity + baseline\n",
        labels={"wt82_71": "weight", "qsmk": "quitting smoking", "smokeintensity": "smoking in 1971"},
        units={"wt82_71": "kg", "smokeintensity": "cigarette a day"},
        levels={"qsmk": ("kept smoking", "quit"), "sex": ("male", "female")},
    )
    question = AverageEffect(of="qsmk", on="wt82_71", worthwhile=1.0, count_above=5.0)
    rng = np.random.default_rng(2)
    columns = {name: rng.normal(50, 10, 1566) for name in COVARIATES}
    columns["sex"] = (rng.random(1566) > 0.49).astype(float)
    columns["qsmk"] = (columns["age"] + rng.normal(0, 20, 1566) > 64).astype(float)
    columns["wt82_71"] = 3.5 * columns["qsmk"] - 0.2 * columns["age"] + rng.normal(0, 7, 1566)
    drawn = posterior(model, columns, question)
    verdict = identify(model.graph, question)
    effect = Effect(question, verdict, "ok", draws(3.52, 0.44), drawn, 2.54, assumed=("default priors", "seed 1"))
    rows = [
        ("sex", "sex = male", 3.6, "same by construction"),
        ("sex", "sex = female", 3.4, "same by construction"),
        ("smokeintensity > 20", "smokeintensity <= 20", 3.1, "estimated"),
        ("smokeintensity > 20", "smokeintensity > 20", 4.4, "estimated"),
        ("age > 74", "age > 74", 0.0, "refused"),
    ]
    arms = (
        CountedArm(0, "kept smoking", 30.2, Interval("eti", 0.89, *map(xr.DataArray, (28.0, 32.0))), 30.0, 30.4, 0.7),
        CountedArm(1, "quit", 50.9, Interval("eti", 0.89, *map(xr.DataArray, (46.0, 56.0))), 49.0, 50.0, 0.6),
    )
    decision = Decision(effect, "offer weight support to people who quit", "offer nothing", 1.0, 2.0, "",
                        leaves_out="Whether to quit.", threshold=2.0, probability_pays=0.999, probability_loses=0.001,
                        probability_benefit=1.0, probability_harm=0.0, net_gain=1.52, loss_if_loses=0.1,
                        expected_loss_acting=0.0, expected_loss_not_acting=1.52, value_of_perfect_information=0.0,
                        recommendation="offer weight support to people who quit")  # fmt: skip
    counted = UnitCounts(effect, 5.0, arms, True, "observed residuals", "Counts above 5 kg agree with those seen.")
    return gather(
        [effect],
        title="Does quitting smoking change weight?",
        unit="person",
        slices=[sliced(effect, rows)],
        sensitivities=[doubts(effect, names=("age", "smokeintensity"), against=1.0, multiples=(6.3, 8.7))],
        decisions=[decision],
        checks=checks("wt82_71", tails="off"),
        overlaps={0: Overlap("good", 1566, 403, 1566 - 403, share_outside=0.0)},
        counts=[counted],
        collected="1971 to 1982",
    )


@pytest.fixture(scope="session")
def cannot_tell() -> Findings:
    """A refusal: something unmeasured moves both promotion and sales."""
    model = promotion_model("promo <-> sales\n")
    question = AverageEffect(of="promo", on="sales")
    verdict = identify(model.graph, question)
    effect = Effect(question, verdict, "refused", reasons=(verdict.reason,))
    return gather([effect], title="Does the promotion pay?", unit="shop week", model=model)


@pytest.fixture(scope="session")
def bounded() -> Findings:
    """A refusal with a range: patients who were given the drug by lot, and did not all take it."""
    model = StructuralModel.parse(
        "lot -> taken -> improved; taken <-> improved",
        kinds={"binary": ["lot", "taken", "improved"]},
        labels={"taken": "cholestyramine", "improved": "improvement"},
        better={"improved": "higher"},
    )
    question = AverageEffect(of="taken", on="improved")
    bounds = Bounds(
        low=draws(0.382, 0.044),
        high=draws(0.77, 0.032, seed=1),
        method="response_functions",
        is_sharp=True,
        share_rejected=0.34,
        share_rejected_before=0.53,
    )
    reasons = ("These data do not settle the effect of taken on improved; they leave a range open.",)
    effect = Effect(question, identify(model.graph, question), "refused", reasons=reasons, model=model, bounds=bounds)
    return gather([effect], title="Does cholestyramine lower cholesterol?", unit="patient", model=model)


@pytest.fixture(scope="session")
def swapped() -> Findings:
    """A question whose treatment comes after its outcome."""
    model, question = promotion_model(), AverageEffect(of="sales", on="promo")
    verdict = identify(model.graph, question)
    assert isinstance(verdict, Identified)
    zeros = xr.DataArray(np.zeros((1, 1)), dims=("chain", "draw"))
    effect = Effect(
        question, verdict, "weak", draws=zeros, reasons=("promo is a cause of sales: were the two swapped?",)
    )
    return gather([effect], title="Does the promotion pay?", unit="shop week", model=model)
