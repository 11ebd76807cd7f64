"""The density of an engine is that of PyMC: kernels plus log priors equal the compiled model, at random points."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.coefficients import coefficient_names
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.compilation.pymc_model import to_pymc
from bayescause.scm.design import drives_of
from bayescause.scm.names import parameter_names, safe_names
from bayescause.scm.priors import draw, log_density
from bayescause.scm.structural_model import StructuralModel

POINTS = 5

SMOKING = """
baseline = {sex education smokeintensity age}
baseline <-> baseline
qsmk ~ baseline
gain ~ qsmk*smokeintensity + baseline + square(age, smokeintensity) + spline(age, df=3)
"""

PROMOTION = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"

SHOPS = "visits ~ promo; bought ~ visits + promo; returned ~ promo; sales ~ log(visits) + promo"


def people(rows=200):
    rng = np.random.default_rng(5)
    return {
        "sex": rng.integers(0, 2, rows),
        "education": rng.choice(["a", "b", "c"], rows),
        "smokeintensity": rng.integers(1, 60, rows),
        "age": rng.uniform(25, 74, rows),
        "qsmk": rng.integers(0, 2, rows),
        "gain": rng.normal(3, 8, rows),
    }


def weeks(rows=200):
    rng = np.random.default_rng(6)
    return {
        "promo": rng.integers(0, 2, rows),
        "loyalty": rng.normal(40, 8, rows),
        "season": rng.normal(100, 10, rows),
        "traffic": rng.normal(100, 15, rows),
        "sales": rng.normal(1e12, 1e10, rows),
    }


def shops(rows=200):
    rng = np.random.default_rng(7)
    visits = rng.poisson(30, rows) + 1
    return {
        "promo": rng.integers(0, 2, rows),
        "visits": visits,
        "bought": rng.binomial(visits, 0.3),
        "returned": rng.integers(0, 2, rows),
        "sales": rng.standard_t(4, rows),
        "n": rng.integers(1, 5, rows),
    }


def smoking():
    model = StructuralModel.parse(SMOKING, priors={"gain": {"qsmk": "laplace(0, 5)", "sd": "half_normal(20)"}})
    return model, tabulate(model, people())


def promotion():
    model = StructuralModel.parse(PROMOTION)
    return model, tabulate(model, weeks())


def counted_shops():
    from bayescause.scm.mechanisms.bernoulli import Bernoulli
    from bayescause.scm.mechanisms.binomial import Binomial

    model = StructuralModel.parse(
        SHOPS,
        families={"visits": "poisson", "sales": "student_t"},
        mechanisms={"bought": Binomial(trials="visits"), "returned": Bernoulli(link="probit")},
    )
    return model, tabulate(model, shops(), frequency="n")


def new_shops():
    from bayescause.scm.mechanisms.negative_binomial import NegativeBinomial
    from bayescause.scm.mechanisms.poisson import Poisson

    rng = np.random.default_rng(9)
    promo, hours = rng.integers(0, 2, 100), rng.uniform(0.5, 12, 100)
    data = {"promo": promo, "hours": hours, "visits": rng.poisson(hours * 3), "calls": rng.poisson(hours)}
    data |= {"spent": rng.lognormal(size=100), "waited": rng.gamma(2, size=100), "share": rng.beta(2, 3, 100)}
    model = StructuralModel.parse(
        "visits ~ promo; calls ~ promo; spent ~ promo; waited ~ spent; share ~ promo",
        families={"spent": "lognormal", "waited": "gamma", "share": "beta"},
        mechanisms={"visits": Poisson(exposure="hours"), "calls": NegativeBinomial(exposure="hours")},
    )
    return model, tabulate(model, data)


def answers():
    from bayescause.scm.mechanisms.hurdle import Hurdle
    from bayescause.scm.mechanisms.ordinal import Ordinal

    rng = np.random.default_rng(11)
    data = {"dose": rng.normal(size=100), "region": rng.choice(["a b", "c", "d.e"], 100)}
    data |= {"mood": rng.integers(0, 4, 100), "pain": rng.integers(0, 3, 100), "n": rng.integers(1, 4, 100)}
    data |= {"days": rng.poisson(1, 100), "falls": rng.poisson(0.5, 100), "hours": rng.uniform(1, 9, 100)}
    data["sleep"] = rng.choice(["bad", "fair", "good"], 100)
    model = StructuralModel.parse(
        "region ~ dose; mood ~ dose*region; pain ~ mood; days ~ region; falls ~ dose; sleep ~ pain + region",
        kinds={"ordinal": ["mood", "pain"]},
        families={"falls": "zero_inflated", "sleep": "saturated"},
        mechanisms={"pain": Ordinal(link="probit"), "days": Hurdle(exposure="hours")},
        priors={"region": {"dose": "normal(0, 1)", "c.dose": "cauchy(0, 1)"}, "mood": {"gap2": "half_normal(1)"}},
    )
    return model, tabulate(model, data, frequency="n")


def missing_sales():
    model = StructuralModel.parse(PROMOTION)
    table = weeks()
    table["sales"][::3] = np.nan
    return model, tabulate(model, table, missing="drop")


def schools():
    from bayescause.scm.mechanisms.gaussian import Gaussian
    from bayescause.scm.mechanisms.student_t import StudentT

    rng = np.random.default_rng(10)
    data = {
        "school": rng.choice(["a", "b", "c"], 60),
        "teacher": rng.integers(0, 9, 60) * 2,
        "hours": rng.normal(size=60),
    }
    data |= {"score": rng.normal(size=60), "grade": rng.normal(size=60)}
    model = StructuralModel.parse(
        """
        score ~ (hours | school)
        grade ~ (1 | teacher)
        """,
        mechanisms={"score": Gaussian(weights="precision"), "grade": StudentT(weights="precision")},
        priors={"score": {"sd(1|school)": "half_cauchy(2)"}},
    )
    return model, tabulate(model, data | {"precision": rng.uniform(0.1, 4, 60)})


def clinics():
    rng = np.random.default_rng(12)
    data = {"clinic": rng.choice(["a", "b", "c"], 80), "dose": rng.normal(size=80), "n": rng.integers(1, 4, 80)}
    data |= {"mood": rng.integers(0, 4, 80), "diet": rng.choice(["d.e", "f", "g"], 80)}
    model = StructuralModel.parse(
        "mood ~ dose + (1 | clinic); diet ~ dose + (dose | clinic)",
        kinds={"ordinal": ["mood"]},
        priors={"diet": {"dose": "laplace(0, 2)", "f.sd(dose|clinic)": "half_normal(0.3)"}},
    )
    return model, tabulate(model, data, frequency="n")


def wards():
    from bayescause.scm.mechanisms.hurdle import Hurdle

    rng = np.random.default_rng(13)
    data = {"clinic": rng.choice(["a", "b", "c"], 80), "ward": rng.integers(0, 4, 80), "dose": rng.normal(size=80)}
    data |= {"days": rng.poisson(1, 80), "falls": rng.poisson(0.5, 80), "hours": rng.uniform(1, 9, 80)}
    model = StructuralModel.parse(
        "days ~ dose + (1 | clinic) + (1 | ward); falls ~ (1 | ward)",
        families={"falls": "zero_inflated"},
        mechanisms={"days": Hurdle(exposure="hours")},
        priors={"days": {"sd(1|clinic)": "half_cauchy(2)", "presence.sd(1|clinic)": "exponential(1)"}},
    )
    return model, tabulate(model, data)


@pytest.mark.parametrize(
    "case", [smoking, promotion, counted_shops, new_shops, answers, missing_sales, schools, clinics, wards]
)
@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_kernels_plus_priors_equal_pymc(case, uncompiled):
    model, table = case()
    tasks = plan(model, kinds=table.kinds).tasks
    design = derive(model, table, tasks)
    compiled = to_pymc(model, table, design=design)
    # Only the density is compared, so the Jacobians of PyMC's transforms are left out.
    density = compiled.compile_logp(jacobian=False, mode=uncompiled)
    rng = np.random.default_rng(8)
    for _ in range(POINTS):
        values = {key: _drawn(task, rng) for key, task in design.mechanisms.items()}
        here = sum(_own_density(task, values[key], table, design) for key, task in design.mechanisms.items())
        there = density(_point(compiled, design, values, uncompiled))
        np.testing.assert_allclose(here, there, rtol=1e-10)


def _drawn(task, rng):
    own = {name: float(draw(prior, rng)) for name, prior in task.priors.items()}
    return own | {name: rng.normal() for name in task.coefficients if name not in own}


def _own_density(task, values, table, design):
    # Pooled effects are their sd times standard normal values.
    scales = {name: values[pool.name] for pool in task.pools for name in task.coefficients[task.effects_of(pool)]}
    coefficients = np.array([values[name] * scales.get(name, 1.0) for name in task.coefficients])
    seen = ~np.isnan(table.columns[task.variable])
    columns = {name: column[seen] for name, column in table.columns.items()}
    drives = drives_of(task, coefficients, columns, design, np)
    dispersion = {name: np.array(values[name]) for name in task.mechanism.dispersion}
    inputs = {name: columns[name] for name in task.mechanism.inputs}
    kernel = task.mechanism.kernel(columns[task.variable], drives, dispersion, inputs)
    priors = sum(float(log_density(prior, values[name])) for name, prior in task.priors.items())
    effects = sum(-0.5 * values[name] ** 2 - 0.5 * np.log(2 * np.pi) for name in scales)
    return float(table.counts[seen] @ kernel.value) + priors + effects


def _point(compiled, design, values, mode):
    safe = safe_names(design.mechanisms)
    natural = {}
    for key, task in design.mechanisms.items():
        names = coefficient_names(task, safe[key])
        coefficients = np.array([values[key][name] for name in task.fixed])
        is_vector = names == (f"{safe[key]}_coefficient",)
        natural |= {names[0]: coefficients} if is_vector else dict(zip(names, coefficients, strict=True))
        natural[f"{safe[key]}_effect"] = np.array([values[key][name] for name in task.coefficients[len(task.fixed) :]])
        natural |= {own: values[key][name] for name, own in parameter_names(safe[key], task.dispersion).items()}
    point = {}
    for variable in compiled.free_RVs:
        transform, value = compiled.rvs_to_transforms[variable], natural[variable.name]
        moved = value if transform is None else transform.forward(value, *variable.owner.inputs).eval(mode=mode)
        point[compiled.rvs_to_values[variable].name] = np.asarray(moved)
    return point
