"""Make the pictures of the panel again: ``python -m Testing.host.pictures`` in the root, a minute or two.

The synthetic patient is segmented through the panel as a person would do it, in the test host. The panel, the scene and
what the views show are real; the bars above the views are painted.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from Testing.host import Host
from Testing.host.pythonqt import qt
from Testing.host.views import SliceView, ThreeDView

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "LCKDSegmentation" / "Resources" / "SampleData"
SCREENSHOTS = ROOT / "Resources" / "screenshots"
THUMBNAIL = SAMPLE / "LCKDSyntheticPatient.png"
NAMES = ("FLAIR", "T1", "T1ce", "T2")

PANEL = (530, 940)
WINDOW = (1400, 940)
BAR, GAP = 20, 2
THUMBNAIL_EDGE = 128
LONGEST_S = 600.0

Bars = list[tuple[str, str, Any]]
"""For each view, in reading order: the colour of its bar, what stands there, and its picture."""


def main() -> None:
    """Write the pictures."""
    host = Host()
    host.begin()
    volumes = load_patient(host.scene)
    draw_thumbnail(volumes).save(str(THUMBNAIL))
    panel = host.open_panel()
    segment(host, panel)
    bars = draw_views(host, panel, volumes)
    compose(host, bars).save(str(SCREENSHOTS / "panel.png"))
    host.app.setPalette(dark_palette())
    compose(host, bars).save(str(SCREENSHOTS / "panel-dark.png"))
    host.close_panel()
    if host.errors:
        sys.exit("\n".join(host.errors))


def load_patient(scene: Any) -> dict[str, Any]:
    """Load the synthetic patient that comes with the module; returns the volume nodes by modality."""
    return {name: load_volume(scene, SAMPLE / f"Synthetic_{name}.nrrd") for name in NAMES}


def load_volume(scene: Any, path: Path) -> Any:
    """Load one volume."""
    volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", path.stem)
    storage = scene.AddNewNodeByClass("vtkMRMLVolumeArchetypeStorageNode")
    storage.SetFileName(str(path))
    storage.ReadData(volume)
    volume.SetAndObserveStorageNodeID(storage.GetID())
    volume.CreateDefaultDisplayNodes()
    return volume


def segment(host: Host, panel: Any) -> None:
    """Press the buttons: from all modalities, without T1ce, and with it again."""
    host.click(panel.ui.assignButton)
    run(host, panel, lambda: host.click(panel.ui.applyButton))
    host.click(panel.ui.liveCheckBox)
    for _switch in ("off", "on"):
        run(host, panel, lambda: host.click(panel.ui.t1ceCheckBox))
    host.click(panel.ui.show3DButton)


def run(host: Host, panel: Any, begin: Callable[[], None]) -> None:
    """Begin a run and wait for its end."""
    begin()
    host.wait_until(lambda: panel.ui.cancelButton.enabled)
    host.wait_until(lambda: not panel.ui.cancelButton.enabled, LONGEST_S)


def draw_views(host: Host, panel: Any, volumes: dict[str, Any]) -> Bars:
    """Draw three slices through the enhancing tumour and its surfaces, as the layout Four-Up shows them."""
    size = ((WINDOW[0] - PANEL[0]) // 2 - GAP, WINDOW[1] // 2 - GAP - BAR)
    segmentation = panel.ui.outputSelector.currentNode()
    place = segmentation.GetSegmentCenterRAS("ET")
    slices = [
        SliceView(name, orientation, volumes["T1ce"], size)
        for name, orientation in (("Red", "Axial"), ("Green", "Coronal"), ("Yellow", "Sagittal"))
    ]
    for view in slices:
        view.go_to(place)
    slices[1].node.SetSliceVisible(1)
    space = ThreeDView(size)
    space.look_from((-0.9, 1.2, 0.5), zoom=1.3)
    host.process()
    red, green, yellow = (view.picture() for view in slices)
    return [
        ("#f34a33", "R   Axial, Synthetic_T1ce", red),
        ("#749be7", "1", space.picture()),
        ("#6eb04b", "G   Coronal, Synthetic_T1ce", green),
        ("#edd54c", "Y   Sagittal, Synthetic_T1ce", yellow),
    ]


def compose(host: Host, bars: Bars) -> Any:
    """Put the panel and the views beside each other; returns a QImage."""
    host.window.resize(*PANEL)
    host.process()
    image = qt.QImage(*WINDOW, qt.QImage.Format_RGB32)
    painter = qt.QPainter(image)
    painter.fillRect(image.rect(), host.app.palette().window())
    painter.drawPixmap(0, 0, host.window.grab())
    for index, (colour, text, picture) in enumerate(bars):
        left = PANEL[0] + index % 2 * (picture.width() + GAP)
        top = index // 2 * (picture.height() + BAR + GAP)
        bar = qt.QRect(left, top, picture.width(), BAR)
        painter.fillRect(bar, qt.QColor(colour))
        painter.setPen(qt.QColor("black"))
        painter.drawText(bar.adjusted(6, 0, 0, 0), qt.Qt.AlignVCenter, text)
        painter.drawImage(left, top + BAR, picture)
    painter.end()
    return image


def draw_thumbnail(volumes: dict[str, Any]) -> Any:
    """Draw one slice of each modality, two by two; returns a QImage."""
    edge = THUMBNAIL_EDGE // 2
    image = qt.QImage(THUMBNAIL_EDGE, THUMBNAIL_EDGE, qt.QImage.Format_RGB32)
    painter = qt.QPainter(image)
    for index, name in enumerate(NAMES):
        view = SliceView(f"Small{index}", "Axial", volumes[name], (4 * edge, 4 * edge))
        small = view.picture().scaled(edge, edge, qt.Qt.KeepAspectRatio, qt.Qt.SmoothTransformation)
        view.close()
        painter.drawImage(index % 2 * edge, index // 2 * edge, small)
    painter.end()
    return image


def dark_palette() -> Any:
    """Give the colours of a dark desktop, close to Slicer's own dark style."""
    roles = {
        "Window": "#323232", "WindowText": "white", "Base": "#1e1e1e", "AlternateBase": "#323232", "Text": "white",
        "Button": "#323232", "ButtonText": "white", "Light": "#828284", "Midlight": "#5a5a5b", "Dark": "#232323",
        "Mid": "#2b2b2b", "Shadow": "#141414", "Highlight": "#3ca4ff", "HighlightedText": "white",
    }  # fmt: skip
    palette = qt.QPalette()
    for role, colour in roles.items():
        palette.setColor(getattr(qt.QPalette, role), qt.QColor(colour))
    for role in ("WindowText", "Text", "ButtonText"):
        palette.setColor(qt.QPalette.Disabled, getattr(qt.QPalette, role), qt.QColor("#8a8a8a"))
    return palette


if __name__ == "__main__":
    main()
