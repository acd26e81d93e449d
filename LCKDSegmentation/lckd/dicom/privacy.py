"""Keeping the patient's name out of what is shown and recorded: somebody may have written it into a description."""

import re
from collections.abc import Iterable

SHORTEST_NAME, SHORTEST_NUMBER = 3, 5
"""Letters and digits; shorter parts would be found in any sentence."""


def hide(text: str, patient: Iterable[str]) -> str:
    """Take names and numbers of a patient out of a sentence.

    Args:
        text: The sentence.
        patient: Values that tell who the patient is, such as DICOM's PatientName and PatientID.
    """
    for part in {part for value in patient for part in re.split(r"[\^=,\s\\]+", value)}:
        if len(part) >= (SHORTEST_NUMBER if part.isdigit() else SHORTEST_NAME):
            text = re.sub(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", "…", text, flags=re.IGNORECASE)
    return text
