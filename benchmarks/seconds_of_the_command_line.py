"""Seconds of the commands that never sample, as processes: the median of five, after one to warm the disk."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ZOO = Path(__file__).resolve().parent.parent / "models"
COMMANDS = {
    "--help": ["--help"],
    "identify": ["identify", "x -> y; z -> {x y}", "--of", "x", "--on", "y"],
    "check, 1,000 rows": ["check", str(ZOO / "promotion.toml")],
    "check, 1,566 rows": ["check", str(ZOO / "smoking.toml")],
}


def seconds(words: list[str]) -> float:
    """Time of one process."""
    begun = perf_counter()
    subprocess.run(
        [str(Path(sys.executable).with_name("bayescause")), *words],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return perf_counter() - begun


for name, words in COMMANDS.items():
    seconds(words)
    print(f"bayescause {name:20} {median(seconds(words) for _ in range(5)):.2f} s")
