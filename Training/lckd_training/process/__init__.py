"""The process that computes: its neighbours, its signals, its memory, and the version of its code."""
