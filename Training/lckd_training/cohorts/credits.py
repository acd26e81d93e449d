"""Whose data a training learnt from, and how to cite them."""

import re
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
SYNTHETIC_CREDIT = (
    "Synthetic patients of this software, whose anatomy is bent from the ICBM 152 average of the Montreal Neurological "
    "Institute: Fonov et al., Unbiased average age-appropriate atlases for pediatric studies, NeuroImage 2011."
)

CREDITS: dict[str, tuple[str, ...]] = {
    r"(?i:brats)(?!.*Synthetic).*": BRATS_CREDITS,
    r"BraTS-GLI-\d+-1\d\d": (
        "de Verdier et al., The 2024 Brain Tumor Segmentation (BraTS) Challenge: Glioma Segmentation on Post-treatment "
        "MRI, arXiv 2405.18368, 2024.",
    ),
    r"BRATS_\d+": ("Antonelli et al., The Medical Segmentation Decathlon, Nature Communications 2022.",),
    r"UCSF-PDGM-.*": (
        "Calabrese et al., The University of California San Francisco Preoperative Diffuse Glioma MRI Dataset, "
        "Radiology: Artificial Intelligence 2022.",
    ),
    r"UPENN-GBM-.*": (
        "Bakas et al., The University of Pennsylvania glioblastoma (UPenn-GBM) cohort: advanced MRI, clinical, "
        "genomics, and radiomics, Scientific Data 2022.",
    ),
    r".*Synthetic.*": (SYNTHETIC_CREDIT,),
}
"""Whom to cite for cases whose names match."""


def credits_for(names: Sequence[str]) -> list[str]:
    """List the credits that cases ask for, told by their names.

    Args:
        names: Names of all cases that a training saw.
    """
    return [
        citation
        for pattern, citations in CREDITS.items()
        if any(re.fullmatch(pattern, name) for name in names)
        for citation in citations
    ]
