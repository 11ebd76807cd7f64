"""Ways from draws to an effect, one file each, named like the ways of a plan."""
