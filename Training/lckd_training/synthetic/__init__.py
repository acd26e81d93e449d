"""Seeded synthetic patients for tests, demonstration and pre-training."""

from lckd_training.synthetic.patient import SyntheticPatient, synthesise
from lckd_training.synthetic.splits import SEED_RANGES, seeds

__all__ = ["SEED_RANGES", "SyntheticPatient", "seeds", "synthesise"]
