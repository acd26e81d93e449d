"""What a person sees of the panel and does with it: shared by the tests of the window."""

import os
from pathlib import Path
from typing import Any, TypeAlias

from lckd.modality import Modality
from Testing.host import Host

NAMES: dict[Modality, str] = {"flair": "ax T2 FLAIR", "t1": "T1 pre", "t1ce": "T1 post Gd", "t2": "t2w"}
"""Names of the volumes of `volumes`."""

Panel: TypeAlias = Any
"""The panel's Python half, which is loaded by its path."""
Node: TypeAlias = Any
"""A node of the scene."""


def node_ids(host: Host) -> set[str]:
    return {host.scene.GetNthNode(index).GetID() for index in range(host.scene.GetNumberOfNodes())}


def segment_names(node: Node) -> list[str]:
    segmentation = node.GetSegmentation()
    return [segmentation.GetNthSegment(index).GetName() for index in range(segmentation.GetNumberOfSegments())]


def rows(panel: Panel) -> list[str]:
    table = panel.ui.measurementTable
    return [table.item(row, 0).text().removesuffix(" (tiny)") for row in range(table.rowCount)]


def set_chosen(panel: Panel, modality: Modality, node: object) -> None:
    getattr(panel.ui, f"{modality}Selector").setCurrentNode(node)


def watch(panel: Panel) -> list[tuple[int, str]]:
    """Write down each value of the progress bar and each text below it."""
    seen: list[tuple[int, str]] = []
    tell = panel.run.onProgress

    def told(stage: str, done: int, total: int) -> None:
        tell(stage, done, total)
        seen.append((panel.ui.progressBar.value, panel.ui.statusLabel.text))

    panel.run.onProgress = told
    return seen


def choose_preparation(host: Host, panel: Panel, text: str) -> None:
    """Choose what is done to volumes before, under Advanced."""
    panel.ui.advancedCollapsibleButton.collapsed = False
    host.process()
    host.choose(panel.ui.scansComboBox, text)


def badge(panel: Panel, modality: Modality) -> str:
    return str(getattr(panel.ui, f"{modality}Badge").text)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] != "Z"


DICOM = {"repetition": "0018,0080", "echo": "0018,0081", "agent": "0018,0010", "description": "0008,103E"}


def give_tags(host: Host, volume: Node, **values: str) -> None:
    """Let a volume be one that was loaded from DICOM."""
    volume.SetAttribute("DICOM.instanceUIDs", volume.GetID())
    host.dicom[volume.GetID()] = {DICOM[name]: value for name, value in values.items()}
