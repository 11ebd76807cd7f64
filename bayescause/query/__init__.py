"""Questions about effects: estimands, their populations, and the effects that answer them."""
