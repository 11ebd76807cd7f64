"""Whether intervals of every estimand, for every family, hold the truth as often as they say."""
