"""Drawing posteriors: engines, the choice between them, and whether the draws may be trusted."""
