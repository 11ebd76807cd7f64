"""Causal graphs: reading and writing them, who causes whom, what separates whom, and surgery."""
