"""`slicer.ScriptedLoadableModule`: the four base classes of a module in Python, as far as modules lean on them."""

import importlib
import unittest
from pathlib import Path
from typing import Any

import slicer
import slicer.util

from Testing.host.pythonqt import qt


class ScriptedLoadableModule:
    def __init__(self, parent: Any) -> None:
        self.parent = parent
        self.moduleName = type(self).__name__
        parent.icon = qt.QIcon(self.resourcePath(f"Icons/{self.moduleName}.png"))
        slicer.selfTests[self.moduleName] = self.runTest

    def resourcePath(self, filename: str) -> str:
        return str(Path(self.parent.path).parent / "Resources" / filename)

    def runTest(self, msec: int = 100, **options: Any) -> None:
        test = getattr(importlib.import_module(self.__module__), f"{self.moduleName}Test")()
        test.messageDelay = msec
        test.runTest(**options)


class ScriptedLoadableModuleWidget:
    def __init__(self, parent: Any = None) -> None:
        super().__init__()
        self.moduleName = type(self).__name__.removesuffix("Widget")
        self.developerMode = False
        self.parent, self.layout = parent, parent.layout()
        slicer.app.moduleManager().connect("moduleAboutToBeUnloaded(QString)", self._onModuleAboutToBeUnloaded)

    def resourcePath(self, filename: str) -> str:
        return str(Path(slicer.util.modulePath(self.moduleName)).parent / "Resources" / filename)

    def setup(self) -> None:
        """Make the panel; Slicer adds buttons for developers here."""

    def cleanup(self) -> None:
        """Let go of everything before the end."""

    def _onModuleAboutToBeUnloaded(self, moduleName: str) -> None:
        if moduleName == self.moduleName:
            self.cleanup()
            slicer.app.moduleManager().disconnect("moduleAboutToBeUnloaded(QString)", self._onModuleAboutToBeUnloaded)


class ScriptedLoadableModuleLogic:
    def __init__(self, parent: Any = None) -> None:  # noqa: ARG002 - Slicer's own
        super().__init__()
        self.moduleName = type(self).__name__.removesuffix("Logic")

    def getParameterNode(self) -> Any:
        """Give the one parameter node of the module; a new one, if the scene has none."""
        node = slicer.mrmlScene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if node is None:
            node = slicer.mrmlScene.CreateNodeByClass("vtkMRMLScriptedModuleNode")
            node.UnRegister(None)
            node.SetSingletonTag(self.moduleName)
            node.SetName(slicer.mrmlScene.GenerateUniqueName(self.moduleName))
            node = slicer.mrmlScene.AddNode(node)
        node.SetAttribute("ModuleName", self.moduleName)  # closing a scene takes it away
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    messageDelay = 100

    def delayDisplay(self, message: str, *_delay: Any) -> None:
        slicer.util.delayDisplay(message, self.messageDelay)

    def runTest(self) -> None:
        """Call every method with "test" in its name, in the order of `dir()`; the first failure ends all."""
        names = [name for name in dir(self) if "test" in name and callable(getattr(self, name))]
        for name in names:
            self.setUp()
            getattr(self, name)()
            self.tearDown()
