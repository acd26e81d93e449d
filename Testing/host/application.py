"""The application around the panel: `slicer.app`, `slicer.mrmlScene`, `slicer.modules`, with real module logics.

Starting it adds these to the real package `slicer` and leaves everything else there as it is.
"""

import atexit
import importlib.util
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer
import vtk

from Testing.host import modules, packages, parameters, widgets
from Testing.host.pythonqt import errors, qt
from Testing.host.widgets import declare

LOGICS = {
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "Terminologies": "vtkSlicerTerminologiesModuleLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "Tables": "vtkSlicerTablesLogic",
}
"""Modules in C++ and their real logics."""

IN_HIERARCHY = ("vtkMRMLDisplayableNode", "vtkMRMLTableNode", "vtkMRMLTextNode")
"""Nodes that Slicer's plugins put into the subject hierarchy."""


class qSlicerLoadableModule(qt.QObject):
    title = declare("title", "QString", "")
    categories = declare("categories", "QStringList", [])
    dependencies = declare("dependencies", "QStringList", [])
    contributors = declare("contributors", "QStringList", [])
    helpText = declare("helpText", "QString", "")
    acknowledgementText = declare("acknowledgementText", "QString", "")
    icon = declare("icon", "QIcon", None)
    path = declare("path", "QString", "")
    _logic: Any = None

    def __init__(self, name: str, path: str = "", logic: Any = None) -> None:
        super().__init__()
        self.name, self.path, self._logic = name, path, logic

    def logic(self) -> Any:
        return self._logic


class qSlicerScriptedLoadableModuleWidget(widgets.qMRMLWidget):
    """The application's half of a panel: passes `setup`, `enter` and `exit` on, and swallows what they raise."""

    isEntered = declare("isEntered", "bool", default=False)
    _moduleName = ""
    _python: Any = None

    def __init__(self, moduleName: str) -> None:
        super().__init__()
        self._moduleName = moduleName
        self.setLayout(qt.QVBoxLayout())
        self.setMRMLScene(slicer.mrmlScene)

    def self(self) -> Any:
        return self._python

    def reload(self) -> None:
        name = f"{self._moduleName}Widget"
        self._python = getattr(sys.modules[self._moduleName], name)(self)
        setattr(slicer.modules, name, self._python)
        _swallow(self._python.setup)

    def enter(self) -> None:
        self.isEntered = True
        _swallow(getattr(self._python, "enter", lambda: None))

    def exit(self) -> None:
        self.isEntered = False
        _swallow(getattr(self._python, "exit", lambda: None))


def _swallow(function: Callable[[], None]) -> None:
    try:
        function()
    except Exception:  # noqa: BLE001 - the application prints whatever it is and goes on
        errors.append(traceback.format_exc())
        traceback.print_exc()


class qSlicerScriptedLoadableModule(qSlicerLoadableModule):
    _widget: Any = None

    def widgetRepresentation(self) -> Any:
        if self._widget is None:
            self._widget = qSlicerScriptedLoadableModuleWidget(self.name)
            self._widget.reload()
        return self._widget

    def end(self) -> None:
        """Delete the panel, as at the application's end; the next one is new."""
        slicer.app.moduleManager().moduleAboutToBeUnloaded.emit(self.name)
        delattr(slicer.modules, f"{self.name}Widget")
        self._widget.delete()
        self._widget = None


class qSlicerModuleManager(qt.QObject):
    moduleAboutToBeUnloaded = qt.Signal(str)
    _modules: Any = None

    def module(self, name: str) -> Any:
        return (self._modules or {}).get(name)

    def add(self, module: Any) -> None:
        self._modules = {**(self._modules or {}), module.name: module}
        setattr(slicer.modules, module.name.lower(), module)


class Plain:
    """An object that is not of Qt and says what it lacks."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        message = f"the test host has no {self._name}.{attribute}"
        raise AttributeError(message)


class qSlicerApplication(qt.QApplication):
    startupCompleted = qt.Signal()
    applicationVersion = declare("applicationVersion", "QString", "5.12.3")
    temporaryPath = declare("temporaryPath", "QString", "")
    launcherExecutableFilePath = declare("launcherExecutableFilePath", "QString", "")
    _scene: Any = None
    _logic: Any = None
    _modules: Any = None

    def __init__(self) -> None:
        super().__init__(["Slicer"])
        self.setApplicationName("Slicer")
        self.temporaryPath = tempfile.mkdtemp(prefix="test-host-")
        atexit.register(shutil.rmtree, self.temporaryPath, ignore_errors=True)
        qt.QSettings.setDefaultFormat(qt.QSettings.IniFormat)
        qt.QSettings.setPath(qt.QSettings.IniFormat, qt.QSettings.UserScope, self.temporaryPath)
        self._scene, self._logic = slicer.vtkMRMLScene(), slicer.vtkSlicerApplicationLogic()
        self._logic.SetMRMLScene(self._scene)
        self._logic.SetTemporaryPath(self.temporaryPath)
        cache, data = slicer.vtkCacheManager(), slicer.vtkDataIOManager()  # without them no .mrb is read
        cache.SetRemoteCacheDirectory(self.temporaryPath)
        data.SetCacheManager(cache)
        self._scene.SetCacheManager(cache)
        self._scene.SetDataIOManager(data)
        self._modules = qSlicerModuleManager()

    def mrmlScene(self) -> Any:
        return self._scene

    def applicationLogic(self) -> Any:
        return self._logic

    def moduleManager(self) -> Any:
        return self._modules

    def testingEnabled(self) -> bool:
        """Tell that a person sits before it: dialogs are shown."""
        return False

    def userSettings(self) -> Any:
        return qt.QSettings()

    settings = userSettings


class SubjectHierarchy:
    """Puts data nodes into the subject hierarchy and takes them out, as Slicer's plugins do; the scene keeps it."""

    def __init__(self, scene: Any) -> None:
        scene.AddObserver(scene.NodeAddedEvent, self._onAdded)
        scene.AddObserver(scene.NodeAboutToBeRemovedEvent, self._onRemoving)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onAdded(self, scene: Any, _event: str, node: Any) -> None:
        hierarchy = scene.GetSubjectHierarchyNode()
        is_shown = any(node.IsA(name) for name in IN_HIERARCHY) and not node.GetHideFromEditors()
        if is_shown and not scene.IsImporting() and not hierarchy.GetItemByDataNode(node):
            hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onRemoving(self, scene: Any, _event: str, node: Any) -> None:
        item = 0 if scene.IsClosing() else scene.GetSubjectHierarchyNode().GetItemByDataNode(node)
        if item:
            scene.GetSubjectHierarchyNode().RemoveItem(item, False, True)


class DicomDatabase(Plain):
    """`slicer.dicomDatabase`: answers from `tags`, by instance UID and tag."""

    isOpen = True

    def __init__(self) -> None:
        super().__init__("slicer.dicomDatabase")
        self.tags: dict[str, dict[str, str]] = {}

    def instanceValue(self, uid: str, tag: str) -> str:
        return self.tags.get(uid, {}).get(tag, "")


def python_modules() -> dict[str, Any]:
    """Give the modules in Python that come with Slicer; `Testing.release` puts Slicer's own in place of some."""
    own = {"slicer.parameterNodeWrapper": parameters, "slicer.ScriptedLoadableModule": modules}
    return own | {module.__name__: module for module in packages.STAND_INS}


def start() -> Any:
    """Start the application, once in a process."""
    slicer.modules, slicer.selfTests, slicer.dicomDatabase = Plain("slicer.modules"), {}, DicomDatabase()
    ours = (qSlicerScriptedLoadableModule, qSlicerScriptedLoadableModuleWidget, *widgets.CLASSES.values())
    vars(slicer).update({cls.__name__: cls for cls in ours if cls.__name__.startswith("q")})
    sys.modules["ctk"] = widgets.ctk
    sys.modules.update(python_modules())
    slicer.app = qSlicerApplication()
    slicer.mrmlScene = slicer.app.mrmlScene()
    vtk.vtkObject.GlobalWarningDisplayOff()  # Slicer's own terminologies are not in the wheel
    for name, logic_class in LOGICS.items():
        logic = getattr(slicer, logic_class)()
        logic.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        logic.SetMRMLScene(slicer.mrmlScene)
        slicer.app.applicationLogic().SetModuleLogic(name, logic)
        slicer.app.moduleManager().add(qSlicerLoadableModule(name, logic=logic))
    vtk.vtkObject.GlobalWarningDisplayOn()
    SubjectHierarchy(slicer.mrmlScene)
    return slicer.app


def load_module(path: Path) -> Any:
    """Load a module in Python as the application does when it starts, by its path and under its own name; once."""
    name, manager = path.stem, slicer.app.moduleManager()
    if manager.module(name) is None:
        sys.path.insert(0, str(path.parent))
        spec: Any = importlib.util.spec_from_file_location(name, path)
        source = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(source)
        manager.add(qSlicerScriptedLoadableModule(name, str(path)))
        setattr(slicer.modules, f"{name}Instance", getattr(source, name)(manager.module(name)))
        slicer.app.startupCompleted.emit()
    return manager.module(name)
