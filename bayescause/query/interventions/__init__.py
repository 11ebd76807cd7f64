"""The interventions: one file each, found by its short name."""
