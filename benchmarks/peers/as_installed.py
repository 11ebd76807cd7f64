"""Run a script without Dask, which only the tests install: where it is there, xarray loads it, and SciPy with it.

Both programs of a comparison are run this way, so that each loads what it loads for a user.
"""

import runpy
import sys

sys.modules["dask"] = None  # type: ignore[assignment]
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
