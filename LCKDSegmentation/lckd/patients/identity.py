"""Who a case is: names of the same patient differ between data sets, years and time points."""

import re

PATIENT_RULES = (
    # BraTS 2023 keeps the numbers of BraTS 2021 and adds the time point.
    (r"brats(?:2021_|-gli-)0*(\d+)(?:-\d{3})?", r"BraTS-GLI-\1"),
    # BraTS 2017 to 2019 share their patients: Brats18_CBICA_ABM_1 is BraTS19_CBICA_ABM_1.
    (r"brats(?:17|18|19)_(\w+)_\d+", r"BraTS-\1"),
    (r"ucsf-pdgm-0*(\d+)(?:_\w+)?", r"UCSF-PDGM-\1"),
    (r"upenn-gbm-(\d+)_\d+", r"UPENN-GBM-\1"),
    (r"(sub-[a-z0-9]+)(?:_ses-[a-z0-9]+)?", r"\1"),
)
"""Names of cases, in any case of letters, and who they are."""


def patient_of(name: str) -> str:
    """Tell from the name of a case which patient it is.

    Args:
        name: Name such as ``BraTS-GLI-00005-001`` or ``sub-01_ses-2``.

    Returns:
        The patient; the name itself where it follows no rule.
    """
    for pattern, patient in PATIENT_RULES:
        match = re.fullmatch(pattern, name, re.IGNORECASE)
        if match:
            return match.expand(patient)
    return name
