"""The test host keeps the rules of Slicer that the panel is written for: those of PythonQt, MRML and its wrapper.

A small module, `Testing/host/example`, stands for the panel.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import qt
import slicer
import slicer.util
import vtk

from Testing.host import Host

EXAMPLE = Path(__file__).resolve().parents[1] / "host" / "example" / "Example.py"

Panel = Any
"""A class of the example, which is loaded by its path."""


@pytest.fixture
def panel(host: Host) -> Panel:
    return host.open_panel(EXAMPLE)


@pytest.fixture
def choices(panel: Panel) -> Any:  # noqa: ANN401 - likewise
    return panel.choices


@pytest.fixture
def add_node(host: Host) -> Callable[..., Any]:
    def add(name: str, kind: str = "ScalarVolume") -> Any:  # noqa: ANN401 - a node of some class
        return host.scene.AddNewNodeByClass(f"vtkMRML{kind}Node", name)

    return add


@pytest.fixture
def wrap(host: Host) -> Callable[..., Any]:
    """A maker of wrappers with one field, each around a node of its own."""
    from slicer.parameterNodeWrapper import parameterNodeWrapper  # noqa: PLC0415 - there since the host has started

    def make(kind: object, **default: object) -> Any:  # noqa: ANN401 - a class made at run time
        cls = parameterNodeWrapper(type("Fields", (), {"__annotations__": {"field": kind}, **default}))
        return cls(host.scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))

    return make


def events_of(subject: Any, event: object = vtk.vtkCommand.ModifiedEvent) -> list[str]:  # noqa: ANN401 - any VTK object
    heard: list[str] = []
    subject.AddObserver(event, lambda _caller, name: heard.append(name))
    return heard


def boom(*_arguments: object) -> None:
    raise ValueError("boom")  # noqa: EM101 - it is only looked for


# ---- the rules of PythonQt


def test_a_property_is_an_attribute_and_its_getter_is_hidden(panel: Panel) -> None:
    panel.ui.applyButton.text = 5
    assert panel.ui.applyButton.text == "5"
    with pytest.raises(TypeError, match="not callable"):
        panel.ui.applyButton.text()


@pytest.mark.usefixtures("host")
def test_text_for_a_number_is_refused() -> None:
    bar = qt.QProgressBar()
    bar.value = 12.7
    assert bar.value == 12
    with pytest.raises(AttributeError, match="'value' of type 'int' does not accept 'x'"):
        bar.value = "x"


def test_an_object_from_cpp_takes_no_new_attribute(panel: Panel) -> None:
    for widget in (panel.ui.applyButton, panel.ui.volumeSelector):
        with pytest.raises(AttributeError, match="'answer' does not exist on"):
            widget.answer = 42
    button_class = type("Ours", (qt.QPushButton,), {})
    ours = button_class()
    ours.answer = 42
    assert ours.answer == 42


@pytest.mark.parametrize(
    "look",
    [
        lambda panel: panel.ui.volumeSelector.currentText,
        lambda panel: panel.ui.applyButton.caption,
        lambda _panel: qt.QInputDialog,
        lambda _panel: slicer.modules.segmenteditor,
        lambda _panel: slicer.app.layoutManager(),
    ],
    ids=["stand-in", "qt-object", "qt", "modules", "application"],
)
def test_what_the_host_lacks_is_missed_by_name(panel: Panel, look: Callable[[Panel], object]) -> None:
    with pytest.raises(AttributeError, match="the test host has no "):
        look(panel)


def test_string_lists_come_back_as_tuples(panel: Panel) -> None:
    assert panel.ui.volumeSelector.nodeTypes == ("vtkMRMLScalarVolumeNode",)


@pytest.mark.usefixtures("host")
def test_enumerations_are_integers() -> None:
    assert qt.QMessageBox.Ok == 1024
    assert isinstance(qt.QProcess.NotRunning, int)


def test_a_slot_gets_as_many_arguments_as_it_takes(panel: Panel) -> None:
    heard: list[object] = []
    panel.ui.applyButton.connect("clicked(bool)", lambda: heard.append("none"))
    panel.ui.applyButton.connect("clicked(bool)", lambda on="default": heard.append(on))
    panel.ui.applyButton.connect("clicked(bool)", lambda *everything: heard.append(everything))
    panel.ui.applyButton.click()
    assert heard == ["none", False, (False,)]


def test_a_disconnected_slot_is_silent(panel: Panel) -> None:
    heard: list[object] = []
    panel.ui.applyButton.connect("clicked()", heard.clear)
    panel.ui.applyButton.connect("clicked()", panel.calls.clear)
    assert panel.ui.applyButton.disconnect("clicked()", panel.calls.clear)
    panel.ui.applyButton.click()
    assert panel.calls == ["setup", "enter"]


def test_a_signal_that_does_not_exist_is_noticed(host: Host, panel: Panel) -> None:
    assert not panel.ui.applyButton.connect("pushed()", boom)
    assert host.take_errors() == ["QPushButton has no signal 'pushed()'"]


def test_exceptions_in_slots_timers_observers_and_the_panel_are_noticed(host: Host, panel: Panel) -> None:
    panel.ui.applyButton.connect("clicked()", boom)
    host.click(panel.ui.applyButton)
    qt.QTimer.singleShot(0, boom)
    host.process(0.02)
    tag = host.scene.AddObserver(vtk.vtkCommand.UserEvent, boom)
    host.scene.InvokeEvent(vtk.vtkCommand.UserEvent)
    host.scene.RemoveObserver(tag)
    panel.enter, enter = boom, panel.enter
    host.come_back()
    panel.enter = enter
    errors = host.take_errors()
    assert len(errors) == 4
    assert all("ValueError: boom" in error for error in errors)


def test_a_process_runs_beside_the_window(host: Host) -> None:
    lines: list[bytes] = []
    ends: list[object] = []
    process = qt.QProcess()
    process.connect("readyReadStandardOutput()", lambda: lines.append(process.readAllStandardOutput().data()))
    process.connect("finished(int,QProcess::ExitStatus)", lambda *end: ends.append(end))
    process.start(sys.executable, ["-c", "print(input()[::-1])"])
    process.write(b"abc\n")
    host.wait_until(lambda: ends, 20)
    assert b"".join(lines).strip() == b"cba"
    assert ends == [(0, qt.QProcess.NormalExit)]


# ---- what a person does


def test_only_what_can_be_seen_can_be_clicked(host: Host, panel: Panel) -> None:
    host.click(panel.ui.liveCheckBox)
    assert not panel.ui.liveCheckBox.checked
    panel.ui.inputsCollapsibleButton.collapsed = True
    with pytest.raises(ValueError, match="'liveCheckBox' cannot be clicked: visible False"):
        host.click(panel.ui.liveCheckBox)
    panel.ui.applyButton.enabled = False
    with pytest.raises(ValueError, match="'applyButton' cannot be clicked: visible True, enabled False"):
        host.click(panel.ui.applyButton)


def test_a_click_on_the_header_collapses(host: Host, panel: Panel) -> None:
    host.click(panel.ui.inputsCollapsibleButton)
    assert panel.ui.inputsCollapsibleButton.collapsed
    assert not panel.ui.volumeSelector.visible


def test_a_dialog_gets_the_answer_that_waits_for_it_and_never_blocks(host: Host) -> None:
    host.answer("Sure?", "Perhaps")
    with pytest.raises(ValueError, match="has no button 'Perhaps', only"):
        slicer.util.confirmOkCancelDisplay("Sure?")
    host.answer("Sure?", "OK")
    assert slicer.util.confirmOkCancelDisplay("Sure?")
    assert not slicer.util.confirmOkCancelDisplay("Sure?")
    host.answer("weights", "somewhere/model")
    assert qt.QFileDialog.getExistingDirectory(None, "Choose weights") == "somewhere/model"
    assert qt.QFileDialog.getSaveFileName(None, "Save as") == ""
    slicer.util.errorDisplay("It failed.")
    qt.QDesktopServices.openUrl(qt.QUrl("https://localhost/manual"))
    parts = ["Sure?", "Sure?", "Sure?", "Choose weights", "Save as", "It failed.", "https://localhost/manual"]
    assert [part in text for part, text in zip(parts, host.dialogs, strict=True)] == [True] * 7


def test_an_error_is_shown_and_raised_again(host: Host) -> None:
    with pytest.raises(ValueError, match="boom"), slicer.util.tryWithErrorDisplay("It failed."):
        boom()
    assert "It failed.\n\nboom" in host.dialogs[0]


@pytest.mark.usefixtures("panel")
def test_the_window_can_be_looked_at(host: Host, tmp_path: Path) -> None:
    host.screenshot(tmp_path / "window.png")
    picture = qt.QImage(str(tmp_path / "window.png"))
    assert picture.width() > 400
    assert len({picture.pixel(x, y) for x in range(0, 400, 7) for y in range(0, 200, 3)}) > 5


def test_waiting_in_vain_ends(host: Host) -> None:
    with pytest.raises(TimeoutError, match="in vain"):
        host.wait_until(lambda: False, 0.01)


# ---- a module and its panel


def test_a_module_lives_as_in_the_application(host: Host, panel: Panel) -> None:
    assert slicer.modules.ExampleInstance.isStarted
    assert slicer.util.getModuleWidget("Example") is panel
    assert panel.parent.isEntered
    host.leave()
    host.come_back()
    host.close_panel()
    assert panel.calls == ["setup", "enter", "exit", "enter", "exit", "cleanup"]


def test_reloading_gives_a_new_panel_of_a_new_class(host: Host, panel: Panel) -> None:
    again = host.reload()
    assert panel.calls == ["setup", "enter", "cleanup"]
    assert again.calls == ["setup"]
    assert type(again) is not type(panel)
    host.come_back()


@pytest.mark.usefixtures("panel")
def test_a_module_brings_its_own_tests(host: Host) -> None:
    host.run_module_tests()
    slicer.modules.example.title = "other"
    with pytest.raises(AssertionError, match="other"):
        host.run_module_tests()
    slicer.modules.example.title = "Example"


def test_a_property_in_the_ui_file_that_a_stand_in_lacks_is_noticed(host: Host, tmp_path: Path) -> None:
    ui = EXAMPLE.parent / "Resources" / "UI" / "Example.ui"
    spoilt = ui.read_text(encoding="utf-8").replace('"noneEnabled"', '"noneAllowed"')
    (tmp_path / "spoilt.ui").write_text(spoilt.replace("volumeSelector</receiver>", "gone</receiver>"))
    slicer.util.loadUI(str(tmp_path / "spoilt.ui"))
    missing, connection = host.take_errors()
    assert "no qMRMLNodeComboBox.noneAllowed, which 'volumeSelector' sets" in missing
    assert "gone" in connection or "null" in connection


# ---- selectors


def test_a_selector_without_a_scene_is_empty_and_disabled(host: Host, add_node: Callable[..., Any]) -> None:
    add_node("head")
    selector = slicer.qMRMLNodeComboBox()
    selector.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    assert (selector.enabled, selector.nodeCount(), selector.currentNode()) == (False, 0, None)
    selector.setMRMLScene(host.scene)
    assert (selector.enabled, selector.nodeCount(), selector.currentNode()) == (True, 1, None)
    selector.delete()


def test_a_selector_offers_exactly_its_classes(host: Host, panel: Panel, add_node: Callable[..., Any]) -> None:
    add_node("mask", "LabelMapVolume")
    add_node("hidden").SetHideFromEditors(True)  # noqa: FBT003 - VTK's own
    head = add_node("head")
    head.SetName("brain")
    host.choose(panel.ui.volumeSelector, "brain")
    assert panel.ui.volumeSelector.currentNode() is head
    with pytest.raises(ValueError, match=r"offers no 'mask'"):
        host.choose(panel.ui.volumeSelector, "mask")


def test_only_without_menu_and_none_the_first_node_is_chosen_by_itself(
    host: Host, add_node: Callable[..., Any]
) -> None:
    head = add_node("head")
    selector = slicer.qMRMLNodeComboBox()
    selector.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    selector.addEnabled = selector.removeEnabled = False
    selector.setMRMLScene(host.scene)
    assert selector.currentNode() is head
    selector.delete()


def test_the_neighbour_takes_the_place_of_a_chosen_node_that_is_gone(
    host: Host, panel: Panel, add_node: Callable[..., Any]
) -> None:
    head, other = add_node("head"), add_node("other")
    host.choose(panel.ui.volumeSelector, "head")
    host.scene.RemoveNode(head)
    assert panel.choices.volume is other
    host.scene.RemoveNode(other)
    assert panel.choices.volume is None


def test_a_node_of_another_class_is_refused(panel: Panel, add_node: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="is not a vtkMRMLSegmentationNode"):
        panel.ui.show3DButton.setSegmentationNode(add_node("head"))


def test_the_button_makes_and_removes_surfaces(host: Host, panel: Panel, add_node: Callable[..., Any]) -> None:
    node, button = add_node("tumour", "Segmentation"), panel.ui.show3DButton
    node.CreateDefaultDisplayNodes()
    button.setSegmentationNode(node)
    assert not button.enabled
    volume = add_node("head")
    slicer.util.updateVolumeFromArray(volume, np.zeros((4, 4, 4), np.uint8))
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    node.GetSegmentation().AddEmptySegment("ET")
    mask = np.zeros((4, 4, 4), np.uint8)
    mask[1:3, 1:3, 1:3] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, node, "ET", volume)
    host.click(button)
    assert node.GetSegmentation().ContainsRepresentation("Closed surface")
    host.click(button)
    assert not node.GetSegmentation().ContainsRepresentation("Closed surface")
    button.setSegmentationNode(None)


# ---- the parameter node


def test_values_are_kept_as_slicer_keeps_them(choices: Any, add_node: Callable[..., Any]) -> None:  # noqa: ANN401
    choices.volume, choices.live = add_node("head"), False
    node = choices.parameterNode
    texts = {name: node.GetParameter(name) for name in ("live", "speed", "note", "share", "count", "volume")}
    assert texts == {"live": "False", "speed": "SLOW", "note": "none", "share": "0.5", "count": "0", "volume": ""}
    assert node.GetNodeReference("volume").GetName() == "head"


def test_the_same_value_again_is_no_news(choices: Any, add_node: Callable[..., Any]) -> None:  # noqa: ANN401
    head = choices.volume = add_node("head")
    heard = events_of(choices)
    choices.volume, choices.note = head, "none"
    assert heard == []
    choices.note = "some"
    assert heard == ["ModifiedEvent"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(int, 3.0), (int, True), (float, np.float32(1)), (bool, 0), (str, 5)],
    ids=str,
)
def test_a_value_of_another_type_is_refused(wrap: Callable[..., Any], kind: type, value: object) -> None:
    with pytest.raises(TypeError, match=f"'field' must be {kind.__name__}"):
        wrap(kind).field = value
    with pytest.raises(TypeError, match=f"'field' must be {kind.__name__}"):
        wrap(kind, field=value)


@pytest.mark.parametrize("name", ["default", "parameterNode", "connectGui"])
@pytest.mark.usefixtures("host")
def test_a_name_that_the_wrapper_needs_is_refused(name: str) -> None:
    from slicer.parameterNodeWrapper import parameterNodeWrapper  # noqa: PLC0415 - there since the host has started

    with pytest.raises(ValueError, match=f"reserved name '{name}'"):
        parameterNodeWrapper(type("Fields", (), {"__annotations__": {name: int}}))


@pytest.mark.parametrize(
    ("kind", "widget", "name", "says"),
    [
        (int, "QSlider", "field", "shows no int in a QSlider"),
        (bool, "QCheckBox", "other", "with the given name: .*other"),
    ],
    ids=["another-class", "another-name"],
)
def test_a_widget_that_cannot_show_a_field_is_refused(
    wrap: Callable[..., Any], kind: type, widget: str, name: str, says: str
) -> None:
    shown = getattr(qt, widget)()
    shown.setProperty("SlicerParameterName", name)
    with pytest.raises((RuntimeError, ValueError), match=says):
        wrap(kind).connectGui(SimpleNamespace(shown=shown))


def test_widgets_and_node_follow_each_other(host: Host, panel: Panel, add_node: Callable[..., Any]) -> None:
    head, ui, choices = add_node("head"), panel.ui, panel.choices
    assert (ui.liveCheckBox.checked, ui.speedComboBox.currentText, ui.noteEdit.text) == (True, "Slow", "none")
    host.click(ui.liveCheckBox)
    host.choose(ui.speedComboBox, "Fast")
    host.choose(ui.volumeSelector, "head")
    ui.noteEdit.text = "some"
    assert (choices.live, choices.speed.name, choices.volume, choices.note) == (False, "FAST", head, "some")
    choices.parameterNode.SetParameter("live", "True")
    choices.parameterNode.SetParameter("note", "raw")
    choices.volume = None
    assert (ui.liveCheckBox.checked, ui.noteEdit.text, ui.volumeSelector.currentNode()) == (True, "raw", None)


def test_after_leaving_the_widgets_are_on_their_own(host: Host, panel: Panel) -> None:
    host.leave()
    panel.choices.live = False
    assert panel.ui.liveCheckBox.checked
    panel.ui.liveCheckBox.checked = False
    panel.choices.live = True
    panel.ui.noteEdit.text = "some"
    assert panel.choices.note == "none"


def test_closing_the_scene_brings_the_defaults_back_on_the_same_node(
    host: Host, panel: Panel, add_node: Callable[..., Any]
) -> None:
    node = panel.choices.parameterNode
    panel.choices.volume, panel.choices.live, panel.choices.note = add_node("head"), False, "some"
    host.close_scene()
    assert host.scene.IsNodePresent(node)
    assert (panel.choices.volume, panel.choices.live, panel.choices.note) == (None, True, "none")
    assert (panel.ui.volumeSelector.nodeCount(), panel.ui.liveCheckBox.checked) == (0, True)


def test_a_saved_scene_brings_the_choices_back_to_a_new_wrapper(
    host: Host, panel: Panel, add_node: Callable[..., Any], tmp_path: Path
) -> None:
    head = panel.choices.volume = add_node("head")
    slicer.util.updateVolumeFromArray(head, np.arange(8, dtype=np.int16).reshape(2, 2, 2))
    panel.choices.speed = type(panel.choices.speed)["FAST"]
    host.save_scene(tmp_path / "scene.mrb")
    host.close_scene()
    host.open_scene(tmp_path / "scene.mrb")
    assert panel.choices.volume is None  # the reference comes without an event
    host.leave()
    host.come_back()
    assert slicer.util.arrayFromVolume(panel.choices.volume).sum() == 28
    assert panel.choices.speed.name == "FAST"
    assert panel.ui.volumeSelector.currentNode() is panel.choices.volume


# ---- the application


def test_data_are_in_the_subject_hierarchy(host: Host, add_node: Callable[..., Any]) -> None:
    head, hierarchy = add_node("head"), host.scene.GetSubjectHierarchyNode()
    assert hierarchy.GetItemByDataNode(head)
    host.scene.RemoveNode(head)
    assert hierarchy.GetNumberOfItems() == 0


def test_dicom_tags_are_answered(host: Host) -> None:
    host.dicom["1.2"] = {"0008,103E": "T2 FLAIR"}
    assert slicer.dicomDatabase.instanceValue("1.2", "0008,103E") == "T2 FLAIR"
    assert slicer.dicomDatabase.instanceValue("1.3", "0008,103E") == ""


def test_nothing_is_installed(host: Host, tmp_path: Path) -> None:
    from slicer import packaging  # noqa: PLC0415 - there since the host has started

    (tmp_path / "requirements.txt").write_text("numpy>=1.0  # here\n\nno-such-thing>=9\n")
    with pytest.raises(RuntimeError, match="declined"):
        packaging.pip_ensure(packaging.load_requirements(tmp_path / "requirements.txt"), requester="Example")
    assert host.dialogs == ["Example asks to install no-such-thing>=9"]


def test_the_real_panel_opens(host: Host, tmp_path: Path) -> None:
    panel = host.open_panel()
    host.screenshot(tmp_path / "panel.png")
    assert panel.ui.flairSelector.visible


def test_none_outlives_any_number_of_calls_of_qt(host: Host) -> None:
    assert host.app is not None
    assert sys.getrefcount(None) > 1_000_000_000  # PySide6 takes one away with each call
