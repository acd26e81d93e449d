"""What is shown of a result, and how it leaves the scene."""

from pathlib import Path

import qt
import slicer.util
from slicer import vtkMRMLSegmentationNode
from slicer.i18n import tr as _

from lckd.errors import LckdError
from LCKDSegmentationLib.export import FORMATS, surface_files, write_measurements
from LCKDSegmentationLib.labelmap import left_out
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.view import GetParameters, Ui, View

PERCENT = 100.0
TABLE_TITLE, TABLE_ENDING = "Measurements (CSV)", ".csv"
LABEL_MAP_ENDING, SURFACE_ENDING = ".nii.gz", ".stl"
NAMES_WIDTH = 92


class ResultView(View):
    """Opacity, surfaces, table and export of the output segmentation.

    Args:
        ui: Widgets of the panel.
        getParameters: Gives the choices of the panel, or None while there is no scene.
    """

    def __init__(self, ui: Ui, getParameters: GetParameters) -> None:
        super().__init__(ui, getParameters)
        for header in (ui.measurementTable.horizontalHeader(), ui.measurementTable.verticalHeader()):
            header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        ui.measurementTable.horizontalScrollBar().connect("rangeChanged(int,int)", self._showBarIfNeeded)
        for title in [*(_(one.title) for one in FORMATS), _(TABLE_TITLE)]:
            ui.exportComboBox.addItem(title)
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
        table.setHorizontalHeaderLabels([head.replace(" ", "\n") for head in heads])  # narrow: there are 13
        if heads:  # the names of the modalities go into two lines, so that all measurements fit into a usual panel
            table.horizontalHeader().setSectionResizeMode(0, qt.QHeaderView.Interactive)
            table.setColumnWidth(0, NAMES_WIDTH)
        table.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = qt.QTableWidgetItem(text)
                item.setTextAlignment(qt.Qt.AlignVCenter | (qt.Qt.AlignRight if column else qt.Qt.AlignLeft))
                table.setItem(row, column, item)

    def _showBarIfNeeded(self, _lowest: int, highest: int) -> None:
        """Keep room for the bar only where columns are hidden; Qt's own "as needed" forgets to ask for that room."""
        policy = qt.Qt.ScrollBarAlwaysOn if highest > 0 else qt.Qt.ScrollBarAlwaysOff
        self._ui.measurementTable.setHorizontalScrollBarPolicy(policy)
        self._ui.measurementTable.updateGeometry()

    def _setOpacity(self, value: int) -> None:
        display = self._node.GetDisplayNode() if self._node is not None else None
        if display is not None:
            display.SetOpacity(value / PERCENT)

    def _export(self) -> None:
        node, parameters = self._node, self._getParameters()
        if node is None or parameters is None:
            return
        index = self._ui.exportComboBox.currentIndex
        ending = FORMATS[index].ending if index < len(FORMATS) else TABLE_ENDING
        name = f"{node.GetName()}{ending}"
        chosen = qt.QFileDialog.getSaveFileName(slicer.util.mainWindow(), _("Export"), name, f"*{ending}")
        if not chosen:
            return
        path = _with_ending(chosen, ending)
        replaced = [file for file in self._files(node, path) if file.exists() and str(file) != chosen]
        if replaced and not slicer.util.confirmOkCancelDisplay(_("Replace '{file}'?").format(file=replaced[0])):
            return
        try:
            if index < len(FORMATS):
                FORMATS[index].write(node, path)
            else:
                write_measurements(parameters.measurements, path)
        except LckdError as error:
            self._ui.statusLabel.text = str(error)
            return
        others = left_out(node) if ending == LABEL_MAP_ENDING else []
        missing = _(" Not in it, since a label map has no value for them: {names}.").format(names=", ".join(others))
        files = ", ".join(str(file) for file in self._files(node, path) if file.exists())
        self._ui.statusLabel.text = _("Saved: {files}.").format(files=files) + (missing if others else "")

    def _files(self, node: vtkMRMLSegmentationNode, path: Path) -> list[Path]:
        """Name the files that a path stands for."""
        return list(surface_files(node, path).values()) if path.suffix == SURFACE_ENDING else [path]


def _with_ending(chosen: str, ending: str) -> Path:
    """Add the ending of a format, unless it is there, in small letters or not."""
    endings = (ending, ".nii") if ending == LABEL_MAP_ENDING else (ending,)
    return Path(chosen if chosen.lower().endswith(endings) else chosen + ending)
