"""One tree of seeds: every piece of work has its own stream, named by what it is and not by when it ran."""

from hashlib import sha256

import numpy as np

__all__ = ["generator", "seed_sequence"]


def seed_sequence(seed: int, *path: str) -> np.random.SeedSequence:
    """Seeds of the work called ``path``, the same whatever else is done before or beside it.

    Examples
    --------
    >>> first, again = seed_sequence(1, "exact", "sales"), seed_sequence(1, "exact", "sales")
    >>> first.generate_state(1)[0] == again.generate_state(1)[0]
    np.True_
    """
    # Names are hashed one by one, so that ("a", "bc") and ("ab", "c") are different places in the tree.
    words = [int.from_bytes(sha256(name.encode()).digest()[:8]) for name in path]
    return np.random.SeedSequence([seed, *words])


def generator(seed: int, *path: str) -> np.random.Generator:
    """Random numbers for the work called ``path``."""
    return np.random.default_rng(seed_sequence(seed, *path))
