"""What to expect of the chosen modalities, as a small table."""

from dataclasses import dataclass

from lckd.dice import as_change
from lckd.errors import LckdError
from lckd.modality import DISPLAY_NAMES, Subset
from lckd.region import REGIONS, Region
from lckd.weights.card import Card
from lckd.weights.expectation import Expectation, describe, expect
from LCKDSegmentationLib.translation import tr as _


@dataclass(frozen=True)
class ExpectationTable:
    """What is shown before anything is computed.

    Attributes:
        heads: What stands above the columns.
        rows: For each region a text for each column.
        text: Sentences below.
    """

    heads: list[str]
    rows: dict[Region, list[str]]
    text: str


def expectationTable(card: Card | None, subset: Subset) -> ExpectationTable:
    """Look up a subset on a card.

    Args:
        card: Card of the chosen weights, None where they cannot be read.
        subset: The present modalities; may be empty.
    """
    if card is None or not subset:
        return _empty(_("Choose a volume to see what to expect.") if card else "")
    try:
        expected = expect(card, subset)
    except LckdError as error:  # a damaged table is no reason not to segment
        return _empty(str(error))
    heads = [_("Dice"), _("Spread"), _("Teacher")]
    rows = {region: [*_figures(expected, region), _teacher(expected, region)] for region in REGIONS}
    if expected.most_useful is not None:
        heads.append(_("with {modality}").format(modality=DISPLAY_NAMES[expected.most_useful.modality]))
        for region in REGIONS:
            rows[region].append(as_change(expected.most_useful.gains[region]))
    sentences = describe(expected)
    return ExpectationTable(heads, rows, " ".join(sentences[1:] if expected.dice else sentences))  # figures are above


def _empty(why: str) -> ExpectationTable:
    return ExpectationTable([_("Dice")], {region: ["-"] for region in REGIONS}, why)


def _figures(expected: Expectation, region: Region) -> list[str]:
    dice = expected.dice.get(region)
    if dice is None:
        return ["-", "-"]
    return [f"{dice.mean:.2f}", "-" if dice.spread is None else f"± {dice.spread:.2f}"]


def _teacher(expected: Expectation, region: Region) -> str:
    teacher = expected.teachers.get(region)
    if teacher is None:
        return "-"
    return DISPLAY_NAMES[teacher] if teacher in expected.subset else f"({DISPLAY_NAMES[teacher]})"
