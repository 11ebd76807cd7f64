"""Joint laws of several variables, one a file."""
