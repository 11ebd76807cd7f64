"""Families of mechanisms, one file each: a file put here is found by its ``short`` name."""
