"""Kinds of variable whose values are levels."""

__all__ = ["LEVELLED"]

LEVELLED = ("binary", "categorical", "ordinal")
"""Kinds whose values are codes of levels, with or without names; those of the others are quantities."""
