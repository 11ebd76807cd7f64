"""What a reviewer reads: drawing, verdict, effect, groups, doubts, decision, checks and assumptions."""
