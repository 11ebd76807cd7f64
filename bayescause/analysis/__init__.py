"""What an answer has to survive: predictive checks, overlap, slices, hidden causes, calibration, and what to decide."""
