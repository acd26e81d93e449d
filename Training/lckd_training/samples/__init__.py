"""Training samples: which patient, where, which modalities, and how they are changed at random."""
