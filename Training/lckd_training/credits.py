"""Whose data a training learnt from, and how to cite them."""

from collections.abc import Sequence

BRATS_CREDITS = (
    "Menze et al., The Multimodal Brain Tumor Image Segmentation Benchmark (BRATS), IEEE TMI 2015.",
    "Bakas et al., Advancing The Cancer Genome Atlas glioma MRI collections with expert segmentation labels and "
    "radiomic features, Scientific Data 2017.",
    "Bakas et al., Identifying the best machine learning algorithms for brain tumor segmentation, progression "
    "assessment, and overall survival prediction in the BRATS challenge, arXiv 1811.02629, 2018.",
    "Baid et al., The RSNA-ASNR-MICCAI BraTS 2021 benchmark on brain tumor segmentation and radiogenomic "
    "classification, arXiv 2107.02314, 2021.",
)
SYNTHETIC_CREDIT = "Synthetic patients of this software; no person's data."


def credits_for(names: Sequence[str]) -> list[str]:
    """List the credits that cases ask for, told by their names.

    Args:
        names: Names of all cases that a training saw.
    """
    citations: list[str] = []
    if any(name.lower().startswith("brats") and "Synthetic" not in name for name in names):
        citations += BRATS_CREDITS
    if any("Synthetic" in name for name in names):
        citations.append(SYNTHETIC_CREDIT)
    return citations
