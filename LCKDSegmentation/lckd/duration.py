"""How long a segmentation took, in words that the command and the panel share."""

WORTH_TELLING_S = 1.0
"""Scans that needed nothing are looked at in less."""


def describe_duration(seconds: float, *, preprocessing_seconds: float) -> str:
    """Say how long it took altogether, and how much of it went into making scans ready, if that is worth telling.

    Args:
        seconds: From images that the network may see to the result.
        preprocessing_seconds: What `lckd.preprocess` took before.
    """
    total = f"{seconds + preprocessing_seconds:.1f} s"
    if preprocessing_seconds < WORTH_TELLING_S:
        return total
    return f"{total} ({preprocessing_seconds:.1f} s of them to make the scans ready)"
