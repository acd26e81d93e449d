"""Weights: a folder with tensors and their card, its check, where it lies, and what to expect of it.

`card`, `folder`, `store` and `expectation` need no heavy library; `load` brings the tensors into a network.
"""
