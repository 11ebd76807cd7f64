import pytest

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph

# The model of Bollen (1989), Structural Equations with Latent Variables, as Rosseel (2012), section 3, writes it.
DEMOCRACY = """
  # measurement model
    ind60 =~ x1 + x2 + x3
    dem60 =~ y1 + y2 + y3 + y4
    dem65 =~ y5 + y6 + y7 + y8
  ! regressions
    dem60 ~ ind60
    dem65 ~ ind60
          + dem60
  # residual correlations
    y1 ~~ y5; y2 ~~ y4 + y6
    y3 ~~ y7
"""


def read(text):
    return CausalGraph.parse(text, "lavaan")


def test_a_published_model_is_the_graph_that_was_drawn_of_it():
    graph = read(DEMOCRACY)
    assert graph.latent == {"ind60", "dem60", "dem65"}
    assert graph.children("ind60") == ("x1", "x2", "x3", "dem60", "dem65")
    assert graph.parents("dem65") == ("ind60", "dem60")
    assert graph.bidirected == (("y1", "y5"), ("y2", "y4"), ("y2", "y6"), ("y3", "y7"))
    assert graph.lines["->", "dem60", "dem65"] == 8


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("y ~ x", "y <- x"),
        ("y1 + y2 ~ x; y1 ~~ y2", "{y1 y2} <- x; y1 <-> y2"),
        ("y ~ x; y ~~ y; x ~~ x", "y <- x"),
        ("y ~ x\n  + z", "y <- {x z}; x <-> z"),
        ("y ~ 1 + x", "y <- x"),
        ("y ~ 1", "y"),
        ("y ~~ y", "y"),
        ("y ~ x:z", "y <- {x z}; x <-> z"),
        ('"a b" ~ x.1', '"a b" <- x.1'),
        ("y ~ x # why ~ z", "y <- x"),
    ],
)
@pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")
def test_equations_are_arrows(text, plain):
    found, wanted = read(text), CausalGraph.parse(plain)
    assert set(found.directed) == set(wanted.directed)
    assert set(found.nodes) == set(wanted.nodes)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("y ~ a*x", r"are left out: `a\*x` on line 1"),
        ("y ~ start(0.5)*x", r"`start\(0.5\)\*x` on line 1"),
        ('y ~ c("a", "b")*x', r"`c\(\"a\",\"b\"\)\*x` on line 1"),
        ("y ~ 0.5?x", r"`0.5\?x` on line 1"),
        ("y ~ x\nab := a*b", "line 2: `:=` defines a quantity"),
        ("y ~ x\na == b", "line 2: a constraint on parameters is left out"),
        ("y ~ x\ny | t1", "line 2: thresholds are left out"),
        ("y ~ x\ny ~*~ 1*y", "line 2: the scale of a response is left out"),
        ("y ~ x + z", "lavaan lets `x`, `z` covary without being told"),
        ("y1 + y2 ~ x", "lavaan lets `y1`, `y2` covary without being told"),
    ],
)
def test_what_is_left_out_is_told(text, note):
    with pytest.warns(GraphWarning, match=note):
        read(text)


@pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")
def test_a_coefficient_fixed_at_nothing_is_no_arrow():
    graph = read("y ~ x + 0*z + -0.0*w; x ~~ 0*v")
    assert graph.parents("y") == ("x",)
    assert graph.bidirected == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y ~ x\ny x", "line 1: `x y x` is no variable"),
        ("x", "line 1: `x` stands without an operator"),
        ("y ~ x\n\nz ~", "line 3: `~` or `\\+` has nothing on one side"),
        ("y ~ x +\nz ~ w", "line 1: `~` or `\\+` has nothing on one side"),
        ("f <~ a + b", "line 1: `<~` makes a composite"),
        ("level: 1\n y ~ x", "line 1: `level:` describes some units only"),
        ("y ~ x^2", "line 1: `x\\^2` is no variable"),
        ("y ~ x\nx ~ y", r"a loop: x -> y -> x \(lines 1, 2\)"),
        ("y ~ a*", r"line 1: `a\*` has nothing on one side"),
        ("", "The graph is empty"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, message):
    with pytest.raises(GraphError, match=message):
        read(text)


def test_all_faults_come_at_once():
    with pytest.raises(GraphError) as caught:
        read("y ~ x^2\nf <~ a\ny ~ \n")
    assert [fault[:7] for fault in caught.value.faults] == ["line 1:", "line 2:", "line 3:"]


def test_equations_are_never_written():
    with pytest.raises(GraphError, match="read only"):
        CausalGraph.parse("a -> b").to_text("lavaan")
