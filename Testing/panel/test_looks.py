"""The panel under the fingers and eyes of a person: keyboard, widths, room."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

import pytest

from lckd.modality import MODALITIES
from lckd.region import REGIONS
from Testing.host import Host
from Testing.host.pythonqt import qt

MENUS = {"F", "E", "V", "H"}
"""Keys of the application's own menus: File, Edit, View, Help."""

NARROW = 420
LONG_NAME = 40 * "somebody"
WRAPPED = ("assignmentLabel", "expectationLabel", "statusLabel", "weightsInfoLabel")
RECORD: dict[str, Any] = {
    "measurements": {region: {"volume_cm3": 1.0, "diameter_mm": 2.0, "bidimensional_mm2": None} for region in REGIONS},
    "probable_dice": {region: {"mean": 0.5} for region in REGIONS},
}

Panel: TypeAlias = Any
"""The panel's Python half, which is loaded by its path."""


@pytest.fixture
def panel(host: Host) -> Panel:
    """The panel with all its groups open."""
    opened = host.open_panel()
    opened.ui.advancedCollapsibleButton.collapsed = False
    host.process()
    return opened


@pytest.fixture
def widgets(the_repository: Path) -> list[ET.Element]:
    """All widgets of the `.ui` file."""
    path = the_repository / "LCKDSegmentation" / "Resources" / "UI" / "LCKDSegmentation.ui"
    return list(ET.parse(path).iter("widget"))  # noqa: S314 - our own file


def text_of(widget: ET.Element, name: str) -> str:
    return widget.findtext(f"property[@name='{name}']/*") or ""


def test_no_key_is_given_twice_or_taken_from_the_applications_menus(widgets: list[ET.Element]) -> None:
    keys = Counter(key.upper() for widget in widgets for key in re.findall(r"&(\w)", text_of(widget, "text")))
    assert [key for key, count in keys.items() if count > 1] == []
    assert not MENUS & set(keys)


def test_every_label_before_a_widget_has_a_key_that_leads_there(widgets: list[ET.Element]) -> None:
    names = {widget.get("name") for widget in widgets}
    labels = [widget for widget in widgets if text_of(widget, "text").endswith(":")]
    assert len(labels) > 5
    for label in labels:
        assert text_of(label, "buddy") in names
        assert "&" in text_of(label, "text")


def test_tab_goes_through_the_panel_in_reading_order(host: Host, panel: Panel) -> None:
    host.window.activateWindow()
    widget, whole, places = panel.ui.inputsCollapsibleButton, panel.ui.LCKDSegmentation, []
    widget.setFocus()
    while whole.isAncestorOf(widget):
        places.append(qt.QRect(widget.mapTo(whole, qt.QPoint(0, 0)), widget.size))
        qt.QTest.keyClick(widget, qt.Qt.Key_Tab)
        widget = host.app.focusWidget()
        assert len(places) < 60, "the keyboard does not come out of a widget again"
    assert len(places) > 20
    for before, after in pairwise(places):
        is_beside = after.left() > before.left() and after.top() < before.bottom()
        assert is_beside or after.top() > before.top()


def test_long_name_makes_the_panel_no_wider(host: Host, panel: Panel) -> None:
    for name in WRAPPED:
        getattr(panel.ui, name).text = LONG_NAME
    host.process()
    assert panel.ui.LCKDSegmentation.layout().totalMinimumSize().width() <= NARROW


def test_columns_of_the_expectation_fill_the_table_after_one_was_taken_away(host: Host, panel: Panel) -> None:
    table = panel.ui.expectationTable
    for subset in (MODALITIES, MODALITIES[:2], MODALITIES):
        panel.expectation.show(panel.weights.card, subset)
        host.process(0.1)
        assert table.horizontalHeader().length() == table.viewport().width


def test_table_of_measurements_takes_the_room_of_its_rows(host: Host, panel: Panel) -> None:
    from LCKDSegmentationLib.measurements import put_measurements  # noqa: PLC0415 - found once the panel is open

    table, node = panel.ui.measurementTable, None
    assert not table.visible
    reference = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "head")
    heights = []
    for count in (1, 2, 3):
        node = put_measurements(
            host.scene, RECORD, dict.fromkeys(MODALITIES[:count], reference), title=str(count), table=node
        )
        panel.getParameters().measurements = node
        panel.results.refresh()
        host.process(0.1)
        host.wait_until(lambda: table.height == max(table.sizeHint.height(), table.minimumSizeHint.height()), 2.0)
        heights.append(table.height)
        assert table.verticalScrollBar().maximum == 0
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("width", [360, 1200])
def test_table_of_measurements_has_a_bar_only_where_columns_are_hidden(host: Host, panel: Panel, width: int) -> None:
    from LCKDSegmentationLib.measurements import put_measurements  # noqa: PLC0415 - found once the panel is open

    host.window.resize(width, 900)
    reference = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "head")
    volumes = dict.fromkeys(MODALITIES, reference)
    panel.getParameters().measurements = put_measurements(host.scene, RECORD, volumes, title="all", table=None)
    panel.results.refresh()
    host.process(0.2)
    table = panel.ui.measurementTable
    is_cut = table.horizontalHeader().length() > table.viewport().width
    assert is_cut == (width < NARROW)
    assert table.horizontalScrollBar().visible == is_cut
