"""What is said of each modality: whether it is there, and why it was assigned."""

from dataclasses import dataclass

from lckd.modality import DISPLAY_NAMES, Modality
from LCKDSegmentationLib.translation import tr as _


@dataclass(frozen=True)
class Suggestion:
    """Why a volume was assigned to a modality.

    Attributes:
        volume: ID of the volume node.
        reason: The reason, a sentence.
        isDoubtful: Whether something speaks against it.
    """

    volume: str
    reason: str
    isDoubtful: bool


def badge(modality: Modality, volume: str, *, isUsed: bool, suggestion: Suggestion | None) -> tuple[str, str]:
    """Say of a modality whether it is there, in a word and a sentence.

    Args:
        modality: The modality.
        volume: ID of the volume node that is chosen for it; empty where there is none.
        isUsed: Whether it is switched on.
        suggestion: What was suggested last, if anything was.
    """
    name = DISPLAY_NAMES[modality]
    if not volume:
        return _("missing"), _("There is no {name}: the network does without it.").format(name=name)
    if not isUsed:
        return _("off"), _("{name} is not used.").format(name=name)
    if suggestion is not None and suggestion.volume == volume:
        return _("? suggested") if suggestion.isDoubtful else _("✓ suggested"), suggestion.reason
    return _("✓ present"), _("You chose this volume.")
