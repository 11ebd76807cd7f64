"""Data checked against the model, the design derived from it, the plan of what is fitted, and the PyMC model."""
