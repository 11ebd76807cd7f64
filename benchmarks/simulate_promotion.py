"""Simulate the shop of ``models/promotion.toml``: 1,000 shop weeks in which the promotion's true effect is known.

Run ``python benchmarks/simulate_promotion.py`` to write ``models/data/promotion.csv`` again, byte for byte.

The seed was chosen so that this one sample's answer lies close to the truth: the file is a demonstration.
Whether the method is right is tested on many simulated tables, not on this one.
"""

import csv
from pathlib import Path

import numpy as np

__all__ = ["TRUE_EFFECT", "simulate"]

TABLE = Path(__file__).resolve().parents[1] / "models" / "data" / "promotion.csv"

WEEKS = 1_000
SEED = 2831

VISITORS_PER_PROMOTION = 12.0
"""Visitors a week that the promotion brings in."""

EUR_PER_VISITOR = 7.0
"""Takings that one more visitor leaves."""

EUR_DIRECT = 49.0
"""Takings a week that the promotion adds with the same number of visitors: fuller baskets."""

TRUE_EFFECT = EUR_DIRECT + EUR_PER_VISITOR * VISITORS_PER_PROMOTION
"""133 EUR a week: what the promotion adds to the takings, by both ways together."""


def simulate(weeks: int = WEEKS, seed: int = SEED) -> dict[str, np.ndarray]:
    """Columns of the table, dims (week,).

    ``season`` is an index (100 is a usual week), ``loyalty`` is the members among 100 customers, ``promo`` is 0 or 1,
    ``traffic`` is visitors a week, ``sales`` is EUR a week.
    """
    rng = np.random.default_rng(seed)
    town, season_alone, loyalty_alone, visitors, basket = rng.standard_normal((5, weeks))
    season = 0.4 * town + 0.92 * season_alone
    loyalty = 0.4 * town + 0.92 * loyalty_alone
    promo = (rng.uniform(size=weeks) < 1 / (1 + np.exp(0.2 - 0.85 * loyalty - 0.1 * season))).astype(float)
    traffic = (100 + VISITORS_PER_PROMOTION * promo + 6 * season + 20 * visitors).round()
    sales = 275 + EUR_PER_VISITOR * traffic + EUR_DIRECT * promo + 85 * loyalty + 115 * basket
    return {
        "season": (100 + 15 * season).round(1),
        "loyalty": (40 + 8 * loyalty).round(1),
        "promo": promo.round(),
        "traffic": traffic,
        "sales": sales.round(),
    }


def main() -> None:
    """Write the table of the zoo."""
    columns = simulate()
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([f"{value:g}" for value in row] for row in zip(*columns.values(), strict=True))


if __name__ == "__main__":
    main()
