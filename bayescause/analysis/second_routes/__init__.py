"""Plug-ins: each file gives the answers of one way once more, from the same draws, by another route."""
