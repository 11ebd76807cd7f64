"""An honest no: the data cannot answer, the line in the way, and what would settle it."""

import bayescause as bc

graph = bc.CausalGraph.parse("""
    promo -> sales
    season -> {promo sales}
    promo <-> sales
""")
verdict = bc.identify(graph, bc.AverageEffect(of="promo", on="sales"))
print(verdict)
print()
print("A pipeline can ask:", verdict.is_identified)
