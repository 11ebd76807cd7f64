import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Factor, Formula, Term
from bayescause.graph.names import lookalikes
from bayescause.graph.text import read_text, write_text

PAIRS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] < pair[1]))
NAMES = st.lists(st.text(min_size=1, max_size=6).filter(str.strip), min_size=5, max_size=5, unique=True)
FACTORS = st.sampled_from(
    [(None,), ("square",), ("log",), ("spline", 3), ("factor",), (None, None, True), ("log", None, True)]
)


@st.composite
def declarations(draw):
    names = [__import__("unicodedata").normalize("NFC", name) for name in draw(NAMES)]
    if len(set(names)) < 5 or lookalikes(names):
        names = ["a", "b c", "latent", "7", 'd"\\\n']
    arrows, double = draw(PAIRS), draw(PAIRS)
    last = names[4]
    causes = [names[a] for a, b in arrows if b == 4]
    terms = {Term((Factor(cause, *draw(FACTORS)),)): None for cause in causes}
    if len(causes) > 1 and draw(st.booleans()):
        terms[Term((Factor(causes[0]), Factor(causes[1])))] = None
    graph = CausalGraph(
        tuple(draw(st.permutations(names))),
        tuple((names[a], names[b]) for a, b in arrows),
        tuple((names[a], names[b]) for a, b in double),
        latent=frozenset(draw(st.sets(st.sampled_from(names[:2])))),
    )
    return graph, {last: Formula(last, tuple(terms))}


@given(declarations())
def test_what_is_written_reads_back_as_it_was(declared):
    graph, formulas = declared
    back = read_text(write_text(graph, formulas))
    assert back.graph == graph
    assert back.formulas == formulas


@pytest.mark.parametrize(
    "text",
    [
        "a -> {b c}",
        "latent u\nu -> {x y}\nx -> y",
        "g = {a b c}\nx ~ g\ny ~ x*a + g + square(a, b)\ng <-> g",
        "promo ~ loyalty + season\nsales ~ promo + spline(loyalty, df=4)\nloyalty <-> season",
        "y ~ 1\ny -> z",
    ],
)
def test_short_texts_are_written_as_they_were(text):
    declared = read_text(text)
    assert write_text(declared.graph, declared.formulas) == text
