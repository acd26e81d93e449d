"""How fast this software is, beside other ways to do the same: ``python -m Testing.benchmarks [NAME ...]``.

Without names, all tables are made; `RESULTS.md` beside this file holds the last complete run.
"""
