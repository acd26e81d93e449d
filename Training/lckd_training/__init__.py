"""Training of LCKD weights: cohorts, sampling, election, distillation, evaluation.

It imports `lckd`; nothing in `lckd` imports it.
"""
