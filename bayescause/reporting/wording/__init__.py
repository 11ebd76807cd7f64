"""The owner's words: what each sentence of the first screen says, and when it may be said."""
