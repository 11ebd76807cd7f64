"""Ways from a verdict to what has to be fitted, one file each."""
