"""Plug-ins: each file is one way in which an answer could be wrong, and how wrong it would have to be."""
