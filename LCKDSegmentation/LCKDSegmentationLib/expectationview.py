"""What to expect of the chosen modalities, shown before anything is computed or installed."""

import qt
from slicer.i18n import tr as _

from lckd.errors import LckdError
from lckd.modality import DISPLAY_NAMES, Subset
from lckd.region import REGION_NAMES, REGIONS, Region
from lckd.weights.card import Card
from lckd.weights.expectation import Expectation, describe, expect, in_points
from LCKDSegmentationLib.view import Ui

POINTS = 100


class ExpectationView:
    """Shows the expected Dice of each region, its spread, and what the most useful missing modality would add.

    Args:
        ui: Widgets of the panel.
    """

    def __init__(self, ui: Ui) -> None:
        self._table, self._label = ui.expectationTable, ui.expectationLabel
        self._table.setRowCount(len(REGIONS))
        self._table.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        self._table.setVerticalHeaderLabels([f"{region}  {REGION_NAMES[region]}" for region in REGIONS])

    def show(self, card: Card | None, subset: Subset) -> None:
        """Look up the subset on the card.

        Args:
            card: Card of the chosen weights, None where they cannot be read.
            subset: The present modalities; may be empty.
        """
        if card is None or not subset:
            self._showNothing(_("Choose a volume to see what to expect.") if card else "")
            return
        try:
            expected = expect(card, subset)
        except LckdError as error:  # a damaged table is no reason not to segment
            self._showNothing(str(error))
            return
        heads = [_("Dice"), _("Spread"), _("Teacher")]
        rows = {region: [*_figures(expected, region), _teacher(expected, region)] for region in REGIONS}
        if expected.most_useful is not None:
            heads.append(_("with {modality}").format(modality=DISPLAY_NAMES[expected.most_useful.modality]))
            for region in REGIONS:
                rows[region].append(f"{round(POINTS * expected.most_useful.gains[region]):+d}")
        self._fill(heads, rows)
        sentences = describe(expected)
        self._label.text = " ".join(sentences[1:] if expected.dice else sentences)  # the table has the figures

    def _showNothing(self, why: str) -> None:
        self._fill([_("Dice")], {region: ["-"] for region in REGIONS})
        self._label.text = why

    def _fill(self, heads: list[str], rows: dict[Region, list[str]]) -> None:
        self._table.setColumnCount(len(heads))
        self._table.horizontalHeader().setSectionResizeMode(qt.QHeaderView.Stretch)  # anew: else a column leaves a gap
        self._table.setHorizontalHeaderLabels(heads)
        for row, region in enumerate(REGIONS):
            for column, text in enumerate(rows[region]):
                item = qt.QTableWidgetItem(text)
                item.setTextAlignment(qt.Qt.AlignCenter)
                self._table.setItem(row, column, item)


def _figures(expected: Expectation, region: Region) -> list[str]:
    dice = expected.dice.get(region)
    if dice is None:
        return ["-", "-"]
    return [str(in_points(dice.mean)), "-" if dice.spread is None else f"± {in_points(dice.spread)}"]


def _teacher(expected: Expectation, region: Region) -> str:
    teacher = expected.teachers.get(region)
    if teacher is None:
        return "-"
    return DISPLAY_NAMES[teacher] if teacher in expected.subset else f"({DISPLAY_NAMES[teacher]})"
