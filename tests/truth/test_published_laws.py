"""Functionals on laws whose effects were published or are known in closed form."""

import json
import re
from itertools import product

import numpy as np
import pytest

import bayescause as bc
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.evaluation import DiscreteLaw, discrete_mean, discrete_value
from bayescause.identification.gaussian_evaluation import GaussianLaw, gaussian_mean
from bayescause.identification.general import functional_of
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery

HIDDEN_V1 = {"IV", "frontdoor", "diamondcut"}


def read(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def graph_of(parts, latent=()):
    named = [tuple(map(tuple, parts[kind])) for kind in ("directed", "bidirected")]
    nodes = dict.fromkeys(name for pair in (*named[0], *named[1]) for name in pair)
    return CausalGraph(tuple(nodes), *named, latent=frozenset(latent))


def joint(names, tables):
    """The joint law of ``names`` from each one's law given its causes."""
    place = {name: index for index, name in enumerate(names)}
    operands = [part for name in names for part in (tables[name][1], [*map(place.get, tables[name][0]), place[name]])]
    return np.einsum(*operands, range(len(names)), optimize="greedy")


def binary_tables(model):
    chances = {name: (cpt["parents"], np.array(cpt["p1"])) for name, cpt in model["cpt"].items()}
    return {name: (causes, np.stack([1 - chance, chance], axis=-1)) for name, (causes, chance) in chances.items()}


def test_binary_models_have_their_published_effects(reference_data):
    for model in read(reference_data / "binary_scms", "models.json"):
        tables = binary_tables(model)
        hidden = {"V1"} if model["graph_id"] in HIDDEN_V1 else set()
        graph = graph_of(model["graph"], hidden)
        axes = tuple(index for index, name in enumerate(tables) if name in hidden)
        law = DiscreteLaw(
            tuple(name for name in tables if name not in hidden),
            joint(list(tables), tables).sum(axis=axes),
            {"Y": [0, 1]},
        )
        verdict = identify(graph, CausalQuery(("X",), ("Y",)))
        assert verdict.is_identified == (model["graph_id"] != "IV"), model["id"]
        if verdict.is_identified:
            # Without an effect the mean has no axis for the treatment.
            low, high = np.broadcast_to(discrete_mean(verdict.expression, law, "Y").values, 2)
            # Published with twelve digits.
            assert high - low == pytest.approx(model["exact"]["ATE(Y | X)"], abs=1e-11), model["id"]


def network_tables(text):
    """Levels and laws of a network in the notation BIF."""
    levels = {
        name: re.split(r",\s*", inside.strip())
        for name, inside in re.findall(r"variable (\w+) \{\s*type discrete \[ \d+ \] \{([^}]*)\}", text)
    }
    tables = {}
    for name, _, given, body in re.findall(r"probability \( (\w+) (\| ([\w, ]+) )?\) \{([^}]*)\}", text):
        causes = re.split(r",\s*", given) if given else []
        rows = {
            tuple(re.split(r",\s*", case.strip("()"))) if case != "table" else (): [*map(float, chances.split(","))]
            for case, chances in re.findall(r"(\([^)]*\)|table) ([^;]*);", body)
        }
        shape = [len(levels[cause]) for cause in (*causes, name)]
        cases = product(*(levels[cause] for cause in causes))
        tables[name] = (causes, np.array([rows[case] for case in cases]).reshape(shape))
    return levels, tables


def test_interventions_in_published_networks_have_their_published_laws(reference_data):
    folder = reference_data / "bayes_networks"
    asked = 0
    for network in read(folder, "networks.json"):
        for answer in network.get("answers", ()):
            done = re.fullmatch(r"P\((\w+) \| do\((\w+)=(\w+)\)\)", answer["query"])
            if done is None:
                continue
            levels, tables = network_tables((folder / network["bif"]).read_text(encoding="utf-8"))
            on, of, level = done.groups()
            functional = functional_of(graph_of(network["graph"]), [of], [on])
            law = DiscreteLaw(tuple(tables), joint(list(tables), tables))
            found = discrete_value(functional, law, {of: levels[of].index(level)}).values
            expected = [answer["value"][name] for name in levels[on]]
            # Published with ten digits.
            np.testing.assert_allclose(found, expected, atol=1e-9, err_msg=answer["query"])
            asked += 1
    assert asked == 11


# Networks of two levels, and questions whose way does not go through a variable that others decide for certain.
FROM_ROWS = {
    "cancer.bif": ["P(Dyspnoea | do(Smoker=True))", "P(Xray | do(Cancer=True))", "P(Cancer | do(Pollution=high))"],
    "asia.bif": ["P(dysp | do(bronc=yes))", "P(xray | do(either=yes))"],
}


@pytest.mark.parametrize(("file", "query"), [(file, query) for file, asked in FROM_ROWS.items() for query in asked])
def test_interventions_in_published_networks_from_5000_rows(reference_data, file, query):
    folder = reference_data / "bayes_networks"
    network = next(one for one in read(folder, "networks.json") if one.get("bif") == file)
    on, of, level = re.fullmatch(r"P\((\w+) \| do\((\w+)=(\w+)\)\)", query).groups()
    levels, tables = network_tables((folder / file).read_text(encoding="utf-8"))
    law = joint(list(tables), tables)
    cells = np.random.default_rng(5).choice(law.size, size=5_000, p=law.ravel())
    codes = dict(zip(tables, np.unravel_index(cells, law.shape), strict=True))
    # Formulas with all products of the causes: no shape is taken for granted.
    text = "; ".join(f"{name} ~ {'*'.join(causes) or '1'}" for name, (causes, _) in tables.items())
    question = bc.DoseResponse(of=of, on=on, levels=(0, 1))
    posterior = bc.fit(bc.StructuralModel.parse(text), codes, [question], seed=1)
    curve = bc.estimate(posterior, question).draws.isel(dose=levels[of].index(level))
    truth = next(one for one in network["answers"] if one["query"] == query)["value"][levels[on][1]]
    assert abs(float(curve.mean()) - truth) < 4 * float(curve.std())


def linear_law(model):
    """Means and covariances of the observed variables of a linear model, from its equations."""
    equations = model["equations"]
    names = list(equations)
    effects = np.array([[equations[name]["parents"].get(cause, 0.0) for cause in names] for name in names])
    total = np.linalg.inv(np.eye(len(names)) - effects)
    covariance = total @ np.diag([equations[name]["sd"] ** 2 for name in names]) @ total.T
    seen = [index for index, name in enumerate(names) if name != "U"]
    return GaussianLaw(tuple(names[index] for index in seen), np.zeros(len(seen)), covariance[np.ix_(seen, seen)])


@pytest.mark.parametrize(
    ("name", "kind", "truth"),
    [
        ("confounder", "total", "ATE"),
        ("mediation", "total", "total"),
        ("mediation", "direct", "direct"),
        ("collider", "total", "ATE"),
        ("frontdoor_linear", "total", "ATE"),
    ],
)
def test_linear_models_have_their_effects(reference_data, name, kind, truth):
    model = next(one for one in read(reference_data / "analytic_scms", "scms.json") if one["id"] == name)
    verdict = identify(graph_of(model["graph"]), CausalQuery(("X",), ("Y",), kind=kind))
    found = gaussian_mean(verdict.expression, linear_law(model), "Y")
    assert found.names == ("X",)
    assert found.slopes == pytest.approx([model["truth"][truth]], abs=1e-12)


def test_the_binary_front_door_has_its_effect(reference_data):
    model = next(one for one in read(reference_data / "analytic_scms", "scms.json") if one["id"] == "frontdoor_binary")
    chance = {name.split("_")[0]: np.array(value) for name, value in model["equations"].items()}
    causes = {"U": [], "X": ["U"], "M": ["X"], "Y": ["M", "U"]}
    tables = {name: (causes[name], np.stack([1 - chance[name], chance[name]], axis=-1)) for name in causes}
    graph = graph_of(model["graph"])
    law = DiscreteLaw(("X", "M", "Y"), joint(list(causes), tables).sum(axis=0), {"Y": [0, 1]})
    found = discrete_mean(identify(graph, CausalQuery(("X",), ("Y",))).expression, law, "Y").values
    truth = model["truth"]
    assert found == pytest.approx([truth["P(Y=1|do(X=0))"], truth["P(Y=1|do(X=1))"]], abs=1e-12)
