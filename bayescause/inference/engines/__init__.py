"""Ways to draw a posterior, one a file."""
