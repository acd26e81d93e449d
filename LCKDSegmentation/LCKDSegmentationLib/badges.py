"""What is said of each modality: whether it is there, and why it was assigned."""

from dataclasses import dataclass

from lckd.modality import DISPLAY_NAMES, Modality
from lckd.series.identify import Assignment
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


def suggestionsOf(found: Assignment[str]) -> dict[Modality, Suggestion]:
    """Turn what was recognised into suggestions; what speaks against one is worth more than its reason."""
    doubts = found.doubts
    return {
        modality: Suggestion(node, doubts.get(modality, found.reasons[modality]), isDoubtful=modality in doubts)
        for modality, node in found.chosen.items()
    }


def questionsOf(found: Assignment[str], *, hasVolumes: bool) -> list[str]:
    """List what to ask after volumes were recognised, or that there is nothing to use."""
    questions = list(dict.fromkeys([*found.questions.values(), *found.doubts.values()]))  # one may be about several
    nothing = _("No volume looks like one of the four modalities: choose them yourself.")
    return questions if questions or hasVolumes else [nothing]


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
