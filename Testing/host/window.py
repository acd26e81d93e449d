"""The host as tests use it: the panel in a window, and what a person does there."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer
import slicer.util

from Testing.host import application, packages
from Testing.host.pythonqt import answers, dialogs, errors, qt

MODULE = Path(__file__).resolve().parents[2] / "LCKDSegmentation" / "LCKDSegmentation.py"

PAUSE_S = 0.005
WIDTH, HIGHEST = 520, 2400


class Host:
    """The application with one window; one in a process.

    Attributes:
        errors: Exceptions in slots, observers, `setup`, `enter` and `exit`, and complaints of Qt: tests assert none.
        dialogs: Texts of the dialogs that were shown.
        scene: The scene.
        dicom: What the DICOM database knows: values by instance UID and tag.
        samples: What was offered to the module Sample Data.
        window: The window.
    """

    def __init__(self) -> None:
        self.errors, self.dialogs, self.samples = errors, dialogs, packages.samples
        self.app = application.start()
        self.scene, self.dicom = slicer.mrmlScene, slicer.dicomDatabase.tags
        self.window, self._area = qt.QMainWindow(), qt.QScrollArea()
        self.window.name = "qSlicerMainWindow"
        self._area.setWidgetResizable(True)
        self.window.setCentralWidget(self._area)
        self.window.resize(WIDTH, HIGHEST // 3)
        self.window.show()
        self._module: Any = None

    def begin(self) -> None:
        """Forget what an earlier test left: panel, scene, tags, answers and records."""
        self.close_panel()
        self.close_scene()
        for record in (self.errors, self.dialogs, self.dicom, answers):
            record.clear()

    def open_panel(self, path: Path = MODULE) -> Any:
        """Load a module and show a new panel of it; returns its Python half."""
        self.close_panel()
        self._module = application.load_module(path)
        self._area.setWidget(self._module.widgetRepresentation())
        self.come_back()
        return self._module.widgetRepresentation().self()

    def close_panel(self) -> None:
        """Leave the panel and end it, as the application does when it ends."""
        if self._module is not None:
            self.leave()
            self._area.takeWidget()
            self._module.end()
            self._module = None
            self.process()

    def leave(self) -> None:
        """Go to another module."""
        self._module.widgetRepresentation().exit()
        self.process()

    def come_back(self) -> None:
        """Return to the panel."""
        self._module.widgetRepresentation().enter()
        self.process()

    def reload(self) -> Any:
        """Load the module anew while its panel is open, by Slicer's own code; returns the new Python half."""
        slicer.util.reloadScriptedModule(self._module.name)
        self.process()
        return self._module.widgetRepresentation().self()

    def process(self, seconds: float = 0.0) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        while True:
            self.app.processEvents()
            self.app.sendPostedEvents(None, int(qt.QEvent.DeferredDelete))
            if time.monotonic() >= end:
                return
            time.sleep(PAUSE_S)

    def wait_until(self, condition: Callable[[], Any], seconds: float = 60.0) -> bool:
        """Let the window live until a condition holds.

        Raises:
            TimeoutError: It does not in time.
        """
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                message = f"waited {seconds} s in vain; errors: {self.errors}"
                raise TimeoutError(message)
            self.process(PAUSE_S)
        return True

    def click(self, button: Any) -> None:
        """Press a button with the mouse.

        Raises:
            ValueError: Nobody could.
        """
        self.process()
        if not (button.visible and button.enabled):
            message = f"'{button.name}' cannot be clicked: visible {button.visible}, enabled {button.enabled}"
            raise ValueError(message)
        place = qt.QPoint(12, min(12, button.height // 2))  # on the square of a check box
        qt.QTest.mouseClick(button, qt.Qt.LeftButton, qt.Qt.NoModifier, place)
        self.process()

    def choose(self, selector: Any, text: str) -> None:
        """Choose an entry of a list by its text.

        Raises:
            ValueError: Nobody could.
        """
        box = selector if isinstance(selector, qt.QComboBox) else selector.findChild(qt.QComboBox)
        row = box.findText(text)
        if row < 0 or not box.enabled:
            entries = [box.itemText(index) for index in range(box.count)]
            message = f"'{selector.name}' offers no '{text}': enabled {box.enabled}, entries {entries}"
            raise ValueError(message)
        box.setCurrentIndex(row)
        box.activated.emit(row)
        self.process()

    def answer(self, text: str, reply: Any) -> None:
        """Answer the next dialog that says `text`: with a button, a button's text, or a path."""
        answers.append((text, reply))

    def take_errors(self) -> list[str]:
        """Give what went wrong so far, and forget it: for tests that want it to."""
        taken = list(self.errors)
        self.errors.clear()
        return taken

    def screenshot(self, path: Path) -> None:
        """Save a picture of the window, high enough for the whole panel."""
        self.process()
        size = self._area.widget().sizeHint
        self.window.resize(max(size.width() + 20, WIDTH), min(size.height() + 20, HIGHEST))
        self.process()
        self.window.grab().save(str(path))

    def close_scene(self) -> None:
        """Close the scene."""
        self.scene.Clear(False)
        self.process()

    def save_scene(self, path: Path) -> None:
        """Save the scene with its data, as `.mrb`."""
        assert self.scene.WriteToMRB(str(path))

    def open_scene(self, path: Path) -> None:
        """Open a saved scene in place of this one."""
        assert self.scene.ReadFromMRB(str(path), True)
        self.process()

    def run_module_tests(self) -> None:
        """Run the tests that the module brings, as Slicer does."""
        slicer.selfTests[self._module.name](msec=0)
