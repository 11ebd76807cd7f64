"""Model files: what they may say, what is wrong with them, and everything that one asks for, done."""
