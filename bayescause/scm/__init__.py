"""Structural causal models: mechanisms, their terms and priors, and the model that joins them to a graph."""
