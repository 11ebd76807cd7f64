"""Run a script without Dask, which only the tests install: where it is there, xarray loads it, and SciPy with it.

All programs of a comparison are run this way, so that each loads what it loads for a user, and so do the processes that
it starts.
"""

import runpy
import sys
from pathlib import Path

sys.modules["dask"] = None  # type: ignore[assignment]

if __name__ == "__main__":
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")
