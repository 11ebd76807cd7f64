"""Write the promotion's weeks to Parquet, as many as asked for, without ever holding them: DuckDB draws them.

Run ``python benchmarks/write_many_weeks.py ROWS FILE``. The law is that of ``simulate_promotion.py``.
"""

import sys
from pathlib import Path

import duckdb

__all__ = ["write_weeks"]

NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
"""Box and Muller (1958)."""

SELECT = f"""
with noise as (
    select {NORMAL} as town, {NORMAL} as season_alone, {NORMAL} as loyalty_alone, {NORMAL} as visitors,
           {NORMAL} as basket, random() as coin
    from range({{rows}})
), causes as (
    select 0.4 * town + 0.92 * season_alone as season, 0.4 * town + 0.92 * loyalty_alone as loyalty, visitors,
           basket, coin
    from noise
), treated as (
    select *, (coin < 1 / (1 + exp(0.2 - 0.85 * loyalty - 0.1 * season)))::integer as promo from causes
), visited as (
    select *, round(100 + 12 * promo + 6 * season + 20 * visitors) as traffic from treated
)
select round(100 + 15 * season, 1) as season, round(40 + 8 * loyalty, 1) as loyalty, promo, traffic,
       round(275 + 7 * traffic + 49 * promo + 85 * loyalty + 115 * basket) as sales
from visited
"""


def write_weeks(rows: int, file: Path) -> Path:
    """Write ``rows`` weeks to ``file``, if it is not there yet."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set memory_limit = '2GB'")
            connection.execute(f"copy ({SELECT.format(rows=rows)}) to '{file}' (format parquet)")
    return file


if __name__ == "__main__":
    print(write_weeks(int(sys.argv[1].replace("_", "")), Path(sys.argv[2])))
