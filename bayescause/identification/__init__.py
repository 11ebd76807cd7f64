"""Whether a causal question can be answered from the observed law, given the graph, and by what."""
