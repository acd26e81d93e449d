"""The table of measurements: one row for each subset of modalities that a patient was segmented from."""

from collections.abc import Mapping
from typing import Any

import vtk
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLTableNode

from lckd.modality import Modality, in_order
from lckd.region import REGIONS
from LCKDSegmentationLib.patient import belongs, remember
from LCKDSegmentationLib.segmentation import place_beside

COLUMNS = (
    ("cm³", "volume_cm3", 1, "Volume of all parts"),
    ("Ø mm", "diameter_mm", 1, "Largest diameter of the largest part"),
    ("RANO mm²", "bidimensional_mm2", 0, "Product of the largest axial diameter and the one perpendicular to it"),
)
"""What is measured of each region: what the column is called, its key in a measurement, its decimals, its meaning."""

MEANINGS = {
    "Modalities": "Modalities that were used",
    **{f"{region} {unit}": meaning for region in REGIONS for unit, _key, _decimals, meaning in COLUMNS},
    **{f"{region} probable Dice": "Dice that this result probably reaches" for region in REGIONS},
}
"""What each column means, by its head; in the order of the columns."""


def put_measurements(
    scene: vtkMRMLScene,
    record: Mapping[str, Any],
    volumes: Mapping[Modality, vtkMRMLScalarVolumeNode],
    *,
    title: str,
    table: vtkMRMLTableNode | None,
) -> vtkMRMLTableNode:
    """Write what one result measures, and probably is worth, into the table of its patient.

    Args:
        scene: Scene that holds the table.
        record: What `lckd.record.Record.as_dict` gives.
        volumes: Volumes that were used.
        title: Name of the row; an earlier row of that name is replaced.
        table: Table of earlier results; one of another patient is left alone.

    Returns:
        The table.
    """
    if table is None or not belongs(table, scene, volumes.values()) or rows_of(table)[0] != list(MEANINGS):
        table = _new_table(scene, volumes[in_order(volumes)[0]])
    remember(table, volumes.values())
    row = next((row for row in range(table.GetNumberOfRows()) if table.GetCellText(row, 0) == title), None)
    row = table.AddEmptyRow() if row is None else row
    for column, text in enumerate([title, *_measured(record["measurements"]), *_probable(record["probable_dice"])]):
        table.SetCellText(row, column, text)
    return table


def rows_of(table: vtkMRMLTableNode | None) -> tuple[list[str], list[list[str]]]:
    """Read the heads of the columns, and the rows; both are empty without a table."""
    if table is None:
        return [], []
    columns = range(table.GetNumberOfColumns())
    heads = [table.GetColumnName(column) for column in columns]
    return heads, [[table.GetCellText(row, column) for column in columns] for row in range(table.GetNumberOfRows())]


def _new_table(scene: vtkMRMLScene, reference: vtkMRMLScalarVolumeNode) -> vtkMRMLTableNode:
    name = f"{reference.GetName()} measurements"
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", scene.GenerateUniqueName(name))
    for head, meaning in MEANINGS.items():
        column = vtk.vtkStringArray()
        column.SetName(head)
        table.AddColumn(column)
        table.SetColumnDescription(head, meaning)
    place_beside(scene, table, reference)
    return table


def _measured(measures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    values = [(measures[region][key], decimals) for region in REGIONS for _unit, key, decimals, _meaning in COLUMNS]
    return ["" if value is None else f"{value:.{decimals}f}" for value, decimals in values]


def _probable(dice: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Write the probable Dice of each region; weights that were not calibrated know none."""
    return [f"{dice[region]['mean']:.2f}" if region in dice else "" for region in REGIONS]
