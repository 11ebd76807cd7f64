"""Findings as a page for the owner, a file for the reviewer and an object for programs."""
