"""Renders the pages that the browser looks at: the zoo, a refusal, and a model whose every name is an attack."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import bayescause as bc

ZOO = Path(__file__).resolve().parents[2] / "models"

CANNOT_TELL = '''
schema = 1
title = "Does the promotion pay?"
unit = "shop week"
[data]
file = "weeks.csv"
[graph]
edges = """
promo -> sales
loyalty -> {promo sales}
promo <-> sales
"""
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
'''

ATTACKS = {
    "treatment": "<script>globalThis.harmed=1;alert(1)</script>",
    "outcome": "</title><img src=x onerror=alert(2)>",
    "covariate": "\u202eevil\u2066 ' & < javascript:alert(3)",
}

HOSTILE = '''
schema = 1
title = """</title></style><script>globalThis.harmed=2;alert(4)</script> \\u202e"""
unit = "<svg/onload=alert(5)>"
[data]
file = "hostile.csv"
[graph]
edges = """
"{treatment}" -> "{outcome}"
"{covariate}" -> {{"{treatment}" "{outcome}"}}
"""
[variables."{treatment}"]
label = """--><script>alert(6)</script>"""
levels = ["<b onmouseover=alert(7)>", "' onfocus=alert(8) autofocus '"]
[variables."{outcome}"]
label = "{long}"
unit = "<a href=javascript:alert(9)>EUR</a>"
better = "higher"
[[questions]]
estimand = "ate"
of = "{treatment}"
on = "{outcome}"
[decision]
act = "<iframe srcdoc='<script>alert(10)</script>'>"
instead = "&lt;script&gt;alert(11)&lt;/script&gt;"
gain = 1.0
cost = 0.5
money = "<script>alert(12)</script>"
'''


def zoo(folder: Path) -> None:
    """The three models, as the command line runs them."""
    for file in sorted(ZOO.glob("*.toml")):
        bc.report(bc.run(bc.Study.read(file), seed=1), to=folder / f"{file.stem}.html")


def refusal(folder: Path) -> None:
    """A question that the data cannot answer."""
    pd.read_csv(ZOO / "data" / "promotion.csv").to_csv(folder / "weeks.csv", index=False)
    (folder / "cannot_tell.toml").write_text(CANNOT_TELL, encoding="utf-8")
    bc.report(bc.run(bc.Study.read(folder / "cannot_tell.toml"), seed=1), to=folder / "cannot_tell.html")


def hostile(folder: Path) -> None:
    """Names, levels, labels, units and titles that try to run, to break out or to flood."""
    random = np.random.default_rng(1)
    covariate = random.normal(size=200)
    treatment = random.binomial(1, 0.5, 200)
    outcome = 2 * treatment + covariate + random.normal(size=200)
    table = dict(zip(ATTACKS.values(), (treatment, outcome, covariate), strict=True))
    pd.DataFrame(table).to_csv(folder / "hostile.csv", index=False)
    text = HOSTILE.format(long="very long <i>label</i> " * 430, **ATTACKS)
    (folder / "hostile.toml").write_text(text, encoding="utf-8")
    bc.report(bc.run(bc.Study.read(folder / "hostile.toml"), seed=1), to=folder / "hostile.html")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    zoo(target)
    refusal(target)
    hostile(target)
