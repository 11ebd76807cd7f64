"""``python -m bayescause`` is the command ``bayescause``."""

import sys

from bayescause.cli.application import main

__all__: list[str] = []

sys.exit(main())
