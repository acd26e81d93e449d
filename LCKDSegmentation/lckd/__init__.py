"""Segment brain tumours from any subset of four MR modalities.

This package is pure Python and never imports Slicer. Importing it, `lckd.modality`, `lckd.region`, `lckd.errors` and
`lckd.weights.card` needs neither torch nor SimpleITK, so that a panel can open before they are installed.
"""

__version__ = "0.1.0"
