from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import DataError, SpecError

MODEL = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"
QUESTION = bc.AverageEffect(of="promo", on="sales")


def weeks(seed, rows=200):
    loyalty, season, noise, visits, basket = np.random.default_rng(seed).normal(size=(5, rows))
    promo = 0.85 * loyalty + 0.1 * season + noise
    traffic = 100 + 12 * promo + 6 * season + 20 * visits
    sales = 275 + 7 * traffic + 49 * promo + 85 * loyalty + 115 * basket
    return {"loyalty": loyalty, "season": season, "promo": promo, "traffic": traffic, "sales": sales}


@pytest.fixture(scope="module")
def model():
    return bc.StructuralModel.parse(MODEL)


def test_each_case_has_the_draws_of_asking_it_alone(model):
    cases = [(model, weeks(seed)) for seed in range(3)]
    found = list(bc.ask_many(cases, QUESTION, seed=5, workers=1))
    alone = [bc.ask(model, data, QUESTION, seed=5 + number) for number, (_, data) in enumerate(cases)]
    assert all(np.array_equal(one.draws, other.draws) for one, other in zip(found, alone, strict=True))


def test_the_numbers_do_not_depend_on_who_does_the_work(model):
    cases = [(model, weeks(seed)) for seed in range(45)]
    here = [float(effect.mean()) for effect in bc.ask_many(cases, QUESTION, workers=1)]
    assert [float(effect.mean()) for effect in bc.ask_many(cases, QUESTION, workers=2)] == here
    with ThreadPoolExecutor(3) as threads:
        assert [float(effect.mean()) for effect in bc.ask_many(cases, QUESTION, executor=threads)] == here


def test_means_over_many_tables_scatter_around_the_truth_as_their_sds_say(model):
    effects = list(bc.ask_many(((model, weeks(seed)) for seed in range(100)), QUESTION, workers=1, draws=250))
    # 49 + 7 * 12; the standard error of the mean of 100 estimates is their sd / 10.
    errors = np.array([float(effect.mean()) - 133 for effect in effects])
    spread = np.mean([float(effect.sd()) for effect in effects])
    assert abs(errors.mean()) < 4 * spread / 10
    # The sd of 100 numbers is known to 1 / sqrt(200), 7 %.
    assert errors.std() == pytest.approx(spread, rel=0.3)


def test_one_table_may_be_asked_under_many_graphs():
    graphs = ["promo -> sales; promo <-> sales", "promo ~ loyalty; sales ~ promo + loyalty", "sales ~ promo"]
    cases = [(bc.StructuralModel.parse(graph), weeks(1)) for graph in graphs]
    refused, adjusted, naive = bc.ask_many(cases, QUESTION, workers=1)
    assert refused.status == "refused"
    assert float(naive.mean()) > float(adjusted.mean()) + 20


def test_a_dask_client_may_do_the_work(model):
    distributed = pytest.importorskip("distributed")
    cases = [(model, weeks(seed)) for seed in range(25)]
    here = [float(effect.mean()) for effect in bc.ask_many(cases, QUESTION, workers=1)]
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        assert [float(effect.mean()) for effect in bc.ask_many(cases, QUESTION, executor=client.get_executor())] == here


@pytest.mark.parametrize("workers", [1, 2])
def test_what_comes_before_a_case_that_fails_is_kept_and_the_case_is_named(model, workers):
    cases = [(model, weeks(seed)) for seed in range(4)]
    cases[2] = (model, {name: values for name, values in weeks(2).items() if name != "sales"})
    effects = bc.ask_many(cases, QUESTION, workers=workers)
    assert next(effects).status == next(effects).status == "ok"
    with pytest.raises(DataError, match="sales") as failed:
        next(effects)
    assert failed.value.__notes__ == ["This is case 2, counted from 0."]


@pytest.mark.parametrize("wrong", ["model", "models", "swapped"])
def test_cases_that_are_none_are_refused_in_words(model, wrong):
    cases = {"model": model, "models": [model, model], "swapped": [(weeks(0), model)]}[wrong]
    with pytest.raises(SpecError, match=r"\[\(model, data\), ...\]"):
        list(bc.ask_many(cases, QUESTION, workers=1))


def test_what_is_no_question_is_refused_in_words(model):
    with pytest.raises(SpecError, match="'ate' is no question"):
        list(bc.ask_many([(model, weeks(0))], "ate", workers=1))
