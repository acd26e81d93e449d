"""A small module with what the panel has, and nothing to compute: the tests of the host look at it."""

from enum import Enum
from typing import Any

import slicer
import slicer.util
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode
from slicer.parameterNodeWrapper import parameterNodeWrapper
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)


class Speed(Enum):
    FAST = "f"
    SLOW = "s"

    def label(self) -> str:
        return self.name.title()


@parameterNodeWrapper
class Choices:
    volume: vtkMRMLScalarVolumeNode
    result: vtkMRMLSegmentationNode
    live: bool = True
    speed: Speed = Speed.SLOW
    note: str = "none"
    share: float = 0.5
    count: int


class Example(ScriptedLoadableModule):
    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.parent.title = "Example"
        self.isStarted = False
        slicer.app.connect("startupCompleted()", self.onStarted)

    def onStarted(self) -> None:
        self.isStarted = True


class ExampleWidget(ScriptedLoadableModuleWidget):
    def setup(self) -> None:
        super().setup()
        panel = slicer.util.loadUI(self.resourcePath("UI/Example.ui"))
        self.layout.addWidget(panel)
        self.ui = slicer.util.childWidgetVariables(panel)
        panel.setMRMLScene(slicer.mrmlScene)
        self.calls = ["setup"]
        self.choices: Any = None
        self.tag = 0

    def enter(self) -> None:
        self.calls.append("enter")
        self.choices = Choices(ExampleLogic().getParameterNode())  # type: ignore[call-arg] # the decorator's
        self.tag = self.choices.connectGui(self.ui)

    def exit(self) -> None:
        self.calls.append("exit")
        self.choices.disconnectGui(self.tag)

    def cleanup(self) -> None:
        self.calls.append("cleanup")
        self.choices.disconnectGui(self.tag)


class ExampleLogic(ScriptedLoadableModuleLogic):
    pass


class ExampleTest(ScriptedLoadableModuleTest):
    def test_the_module_is_there(self) -> None:
        self.assertEqual(slicer.modules.example.title, "Example")  # noqa: PT009 - Slicer has no pytest
