"""What is shown of a result, and how it leaves the scene."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import qt
import slicer.util
from slicer import vtkMRMLSegmentationNode
from slicer.i18n import tr as _

from lckd.errors import LckdError
from LCKDSegmentationLib.export import WRITERS, write_measurements
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.parameters import LCKDSegmentationParameterNode

PERCENT = 100.0
TABLE_ENDING = ".csv"
NAMES_WIDTH = 92


class ResultView:
    """Opacity, surfaces, table and export of the output segmentation.

    Args:
        ui: Widgets of the panel.
        getParameters: Gives the choices of the panel, or None while there is no scene.
    """

    def __init__(
        self,
        ui: Any,  # noqa: ANN401 - a bag of widgets
        getParameters: Callable[[], LCKDSegmentationParameterNode | None],
    ) -> None:
        self._ui, self._getParameters = ui, getParameters
        for header in (ui.measurementTable.horizontalHeader(), ui.measurementTable.verticalHeader()):
            header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        for ending, title in _formats().items():
            ui.exportComboBox.addItem(title, ending)
        ui.exportButton.connect("clicked(bool)", self._export)
        ui.opacitySlider.connect("valueChanged(int)", self._setOpacity)

    @property
    def _node(self) -> vtkMRMLSegmentationNode | None:
        parameters = self._getParameters()
        return parameters.outputSegmentation if parameters is not None else None

    def refresh(self) -> None:
        """Show what belongs to the output segmentation."""
        node, parameters = self._node, self._getParameters()
        display = node.GetDisplayNode() if node is not None else None
        self._ui.show3DButton.setSegmentationNode(node)
        self._ui.exportButton.enabled = node is not None
        self._ui.opacitySlider.enabled = display is not None
        if display is not None:
            self._ui.opacitySlider.value = round(PERCENT * display.GetOpacity())
        self._showTable(*rows_of(parameters.measurements if parameters is not None else None))

    def _showTable(self, heads: list[str], rows: list[list[str]]) -> None:
        table = self._ui.measurementTable
        table.visible = bool(rows)
        table.setColumnCount(len(heads))
        table.setHorizontalHeaderLabels([head.replace(" ", "\n") for head in heads])  # narrow: there are ten columns
        if heads:  # the names of the modalities go into two lines, so that all columns fit into a usual panel
            table.horizontalHeader().setSectionResizeMode(0, qt.QHeaderView.Interactive)
            table.setColumnWidth(0, NAMES_WIDTH)
        table.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = qt.QTableWidgetItem(text)
                item.setTextAlignment(qt.Qt.AlignVCenter | (qt.Qt.AlignRight if column else qt.Qt.AlignLeft))
                table.setItem(row, column, item)

    def _setOpacity(self, value: int) -> None:
        display = self._node.GetDisplayNode() if self._node is not None else None
        if display is not None:
            display.SetOpacity(value / PERCENT)

    def _export(self) -> None:
        node, parameters = self._node, self._getParameters()
        if node is None or parameters is None:
            return
        ending = self._ui.exportComboBox.currentData
        name = f"{node.GetName()}{ending}"
        chosen = qt.QFileDialog.getSaveFileName(slicer.util.mainWindow(), _("Export"), name, f"*{ending}")
        if not chosen:
            return
        path = Path(chosen if chosen.endswith(ending) else chosen + ending)
        try:
            if ending == TABLE_ENDING:
                write_measurements(parameters.measurements, path)
            else:
                WRITERS[ending](node, path)
        except LckdError as error:
            slicer.util.errorDisplay(str(error))
            return
        self._ui.statusLabel.text = _("Saved: {path}").format(path=path)


def _formats() -> dict[str, str]:
    """Give the title of each format by its ending."""
    return {
        ".nii.gz": _("Label map (NIfTI)"),
        ".seg.nrrd": _("Segmentation (.seg.nrrd)"),
        ".stl": _("Surfaces (STL)"),
        TABLE_ENDING: _("Measurements (CSV)"),
        ".json": _("Record of the run (JSON)"),
        ".dcm": _("DICOM SEG"),
    }
