"""The estimands: one file each, found by its short name."""
