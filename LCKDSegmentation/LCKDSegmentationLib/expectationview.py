"""What to expect of the chosen modalities, shown before anything is computed or installed."""

import qt

from lckd.modality import Subset
from lckd.region import REGION_NAMES, REGIONS, Region
from lckd.weights.card import Card
from LCKDSegmentationLib.expectationtable import expectationTable
from LCKDSegmentationLib.view import Ui


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
        table = expectationTable(card, subset)
        self._fill(table.heads, table.rows)
        self._label.text = table.text

    def _fill(self, heads: list[str], rows: dict[Region, list[str]]) -> None:
        self._table.setColumnCount(len(heads))
        self._table.horizontalHeader().setSectionResizeMode(qt.QHeaderView.Stretch)  # anew: else a column leaves a gap
        self._table.setHorizontalHeaderLabels(heads)
        for row, region in enumerate(REGIONS):
            for column, text in enumerate(rows[region]):
                item = qt.QTableWidgetItem(text)
                item.setTextAlignment(qt.Qt.AlignCenter)
                self._table.setItem(row, column, item)
