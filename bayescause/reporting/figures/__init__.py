"""Pictures as inline SVG, each with one sentence that says what it shows here."""
