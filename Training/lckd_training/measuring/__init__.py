"""How good weights are: agreement with the truth, tables over the 15 subsets, and arms held against each other."""
