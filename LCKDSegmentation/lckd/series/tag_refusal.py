"""DICOM tags that rule out all four modalities by themselves, whatever names say."""

from collections.abc import Mapping

OTHER_BODY_PARTS = {
    "SPINE", "CSPINE", "TSPINE", "LSPINE", "SSPINE", "CTSPINE", "TLSPINE", "LSSPINE", "WHOLESPINE", "CHEST", "THORAX",
    "ABDOMEN", "PELVIS", "HEART", "BREAST", "LIVER", "PROSTATE", "KNEE", "SHOULDER", "HIP", "ANKLE", "FOOT", "HAND",
    "WRIST", "ELBOW",
}  # fmt: skip
"""What DICOM calls parts of the body without a brain; the neck is left to names, since protocols say it of heads."""

PARTS_OF_SIGNAL = {
    **dict.fromkeys(("P", "PHASE", "PHASE MAP"), "a phase image"),
    **dict.fromkeys(("R", "REAL", "I", "IMAGINARY"), "one part of a complex signal"),
}
"""Values of the image type for what is no magnitude."""


def refusal_in(tags: Mapping[str, str]) -> str:
    """Say why tags rule out all four modalities, without a full stop; empty when they do not.

    Args:
        tags: Values by DICOM keyword, several joined by a backslash.
    """
    part = tags.get("BodyPartExamined", "").strip().upper()
    if part in OTHER_BODY_PARTS:
        return f"The examined part of the body is {part}, not the head"
    values = [value.strip().upper() for value in tags.get("ImageType", "").split("\\")]
    signal = next((PARTS_OF_SIGNAL[value] for value in values if value in PARTS_OF_SIGNAL), "")
    return f"Image type says that it is {signal}, none of FLAIR, T1, T1ce and T2" if signal else ""
