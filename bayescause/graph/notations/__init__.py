"""Plug-in folder: one file a notation of graphs."""
