"""Segment brain tumours from any subset of FLAIR, T1, T1ce and T2: the module as Slicer sees it."""

from pathlib import Path
from typing import Any

import slicer.util
import vtk
from slicer import vtkMRMLSegmentationNode
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)

from lckd.errors import InputError
from lckd.modality import subset_title
from LCKDSegmentationLib.install import ensure_dependencies
from LCKDSegmentationLib.parameters import LCKDSegmentationParameterNode, volumes_of
from LCKDSegmentationLib.progress import progress_dialog
from LCKDSegmentationLib.segmenter import Outcome, Progress, lckd_segmenter, segment_volumes
from LCKDSegmentationLib.startup import register_terminology
from LCKDSegmentationLib.volumes import Volumes, chosen_volumes


class LCKDSegmentation(ScriptedLoadableModule):
    def __init__(self, parent: "slicer.qSlicerScriptedLoadableModule") -> None:
        super().__init__(parent)
        self.parent.title = _("LCKD Brain Tumour Segmentation")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Segmentation")]
        self.parent.dependencies = ["Segmentations", "SubjectHierarchy", "Terminologies", "Volumes"]
        self.parent.contributors = ["LCKDSegmentation contributors"]
        self.parent.helpText = _(
            "Outlines the necrotic core, the edema and the enhancing part of a glioma in any subset of FLAIR, T1, T1ce "
            "and T2. For research, not for clinical use. "
            '<a href="https://github.com/lckd/SlicerLCKDSegmentation">Documentation</a>.'
        )
        self.parent.acknowledgementText = _("After LCKD (Learnable Cross-modal Knowledge Distillation, 2023).")
        slicer.app.connect("startupCompleted()", register_terminology)


class LCKDSegmentationWidget(ScriptedLoadableModuleWidget, slicer.util.VTKObservationMixin):
    def __init__(self, parent: "slicer.qSlicerWidget | None" = None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        slicer.util.VTKObservationMixin.__init__(self)
        self._parameterNode: Any = None  # LCKDSegmentationParameterNode while the panel is shown
        self._parameterNodeGuiTag: int | None = None

    def setup(self) -> None:
        super().setup()
        panel = slicer.util.loadUI(self.resourcePath("UI/LCKDSegmentation.ui"))
        self.layout.addWidget(panel)
        self.ui = slicer.util.childWidgetVariables(panel)
        panel.setMRMLScene(slicer.mrmlScene)
        self.logic = LCKDSegmentationLogic()
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndBatchProcessEvent, self.onSceneEndBatch)
        self.ui.applyButton.connect("clicked(bool)", self.onApply)
        self.setParameterNode(self.logic.getParameterNode())

    def cleanup(self) -> None:
        self.setParameterNode(None)
        self.removeObservers()

    def enter(self) -> None:
        self.setParameterNode(self.logic.getParameterNode())

    def exit(self) -> None:
        self.setParameterNode(None)

    def onSceneStartClose(self, _caller: vtk.vtkObject, _event: str) -> None:
        self.setParameterNode(None)

    def onSceneEndClose(self, _caller: vtk.vtkObject, _event: str) -> None:
        self.ui.statusLabel.text = ""
        self.onSceneEndBatch(_caller, _event)

    def onSceneEndBatch(self, _caller: vtk.vtkObject, _event: str) -> None:
        if self.parent.isEntered:  # the selectors follow a scene that was loaded only now, when its nodes are all there
            self.setParameterNode(self.logic.getParameterNode())

    def setParameterNode(self, parameters: LCKDSegmentationParameterNode | None) -> None:
        if self._parameterNode:
            self._parameterNode.disconnectGui(self._parameterNodeGuiTag)
            self.removeObserver(self._parameterNode, vtk.vtkCommand.ModifiedEvent, self._checkCanApply)
        self._parameterNode = parameters
        if self._parameterNode:
            self._parameterNodeGuiTag = self._parameterNode.connectGui(self.ui)
            self.addObserver(self._parameterNode, vtk.vtkCommand.ModifiedEvent, self._checkCanApply)
            self._checkCanApply()

    def _checkCanApply(self, _caller: vtk.vtkObject | None = None, _event: str = "") -> None:
        try:
            chosen = chosen_volumes(volumes_of(self._parameterNode))
        except InputError as error:
            self.ui.applyButton.enabled = False
            self.ui.applyButton.toolTip = str(error)
        else:
            self.ui.applyButton.enabled = True
            self.ui.applyButton.toolTip = _("Segment the tumour from {subset}.").format(subset=subset_title(chosen))
        self.ui.show3DButton.setSegmentationNode(self._parameterNode.outputSegmentation)

    def onApply(self) -> None:
        with slicer.util.tryWithErrorDisplay(_("The tumour was not segmented.")):
            ensure_dependencies(Path(self.resourcePath("requirements.txt")))
            parameters = self._parameterNode
            with progress_dialog(_("Segmenting the tumour")) as progress:
                outcome = self.logic.process(
                    volumes_of(parameters),
                    output=parameters.outputSegmentation,
                    device=parameters.device.value,
                    progress=progress,
                )
            parameters.outputSegmentation = outcome.node
            self.ui.statusLabel.text = outcome.summary


class LCKDSegmentationLogic(ScriptedLoadableModuleLogic):
    def getParameterNode(self) -> LCKDSegmentationParameterNode:
        node = super().getParameterNode()
        return LCKDSegmentationParameterNode(node)  # type: ignore[call-arg] # the decorator makes the constructor

    def process(
        self,
        volumes: Volumes,
        *,
        output: vtkMRMLSegmentationNode | None = None,
        device: str = "auto",
        progress: Progress | None = None,
    ) -> Outcome:
        """Segment the volumes of one patient into the application's scene; see `segment_volumes`."""
        return segment_volumes(
            slicer.mrmlScene, volumes, segmenter=lckd_segmenter(), output=output, device=device, progress=progress
        )


class LCKDSegmentationTest(ScriptedLoadableModuleTest):
    def setUp(self) -> None:
        slicer.mrmlScene.Clear()

    def test_the_same_volume_twice_is_refused(self) -> None:
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "head")
        with self.assertRaisesRegex(InputError, "head"):  # noqa: PT027 - Slicer has no pytest
            LCKDSegmentationLogic().process({"flair": volume, "t2": volume})
