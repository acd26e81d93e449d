"""Segment brain tumours from any subset of FLAIR, T1, T1ce and T2: the module as Slicer sees it."""

import importlib.util
import sys
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
from LCKDSegmentationLib.blocking import segment_blocking
from LCKDSegmentationLib.expectationview import ExpectationView
from LCKDSegmentationLib.inputsview import InputsView
from LCKDSegmentationLib.job import Job
from LCKDSegmentationLib.lastresult import LastResult
from LCKDSegmentationLib.parameters import LCKDSegmentationParameterNode, forget_node, job_of, volumes_of
from LCKDSegmentationLib.recognition import recognise_volumes
from LCKDSegmentationLib.resultview import ResultView
from LCKDSegmentationLib.runview import RunView
from LCKDSegmentationLib.sample import SAMPLE_FILES, SAMPLE_FOLDER
from LCKDSegmentationLib.segmentation import require_unlocked
from LCKDSegmentationLib.startup import register_sample_data, register_terminology
from LCKDSegmentationLib.volumes import Volumes
from LCKDSegmentationLib.weightsview import WeightsView


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
        slicer.app.connect("startupCompleted()", register_sample_data)


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
        self.inputs = InputsView(self.ui, self.getParameters)
        self.expectation = ExpectationView(self.ui)
        self.weights = WeightsView(self.ui, self.getParameters, self.onParametersModified)
        self.results = ResultView(self.ui, self.getParameters)
        self.last = LastResult(self.getChoices, self.results.refresh)
        self.run = RunView(
            self.ui,
            requirements=Path(self.resourcePath("requirements.txt")),
            makeJob=self.makeJob,
            lookAgain=self.weights.refresh,
            last=self.last,
        )
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneEndImport)
        self.addObserver(scene, scene.EndBatchProcessEvent, self.onSceneEndImport)
        beforeSelectors = 1.0
        self.addObserver(scene, scene.NodeAboutToBeRemovedEvent, self.onNodeAboutToBeRemoved, priority=beforeSelectors)
        self.weights.refresh()
        self.setParameterNode(self.logic.getParameterNode())

    def cleanup(self) -> None:
        self.run.close()
        self.setParameterNode(None)
        self.removeObservers()

    def enter(self) -> None:
        self.setParameterNode(self.logic.getParameterNode())

    def exit(self) -> None:
        self.run.pause()
        self.setParameterNode(None)

    def onReload(self) -> None:
        for name in [name for name in sys.modules if name.split(".")[0] in {"lckd", "LCKDSegmentationLib"}]:
            del sys.modules[name]  # Slicer reloads this file only
        super().onReload()

    def onSceneStartClose(self, _caller: vtk.vtkObject, _event: str) -> None:
        self.setParameterNode(None)
        self.run.close()  # what it would bring belongs to a scene that is gone
        self.last.forget()

    def onSceneEndClose(self, _caller: vtk.vtkObject, _event: str) -> None:
        self.ui.statusLabel.text = ""
        self.inputs.forget()
        self.onSceneEndImport(_caller, _event)

    def onSceneEndImport(self, _caller: vtk.vtkObject, _event: str) -> None:
        if self.parent.isEntered:  # an older wrapper does not see the nodes of a scene that was loaded only now
            self.setParameterNode(self.logic.getParameterNode())

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAboutToBeRemoved(self, _caller: vtk.vtkObject, _event: str, node: vtk.vtkObject) -> None:
        if self._parameterNode is not None and not slicer.mrmlScene.IsClosing():
            forget_node(self._parameterNode, node)

    def getParameters(self) -> LCKDSegmentationParameterNode | None:
        parameters: LCKDSegmentationParameterNode | None = self._parameterNode
        return parameters

    def getChoices(self) -> LCKDSegmentationParameterNode:
        return self.getParameters() or self.logic.getParameterNode()  # the user may be in another module

    def setParameterNode(self, parameters: LCKDSegmentationParameterNode | None) -> None:
        if self._parameterNode:
            self._parameterNode.disconnectGui(self._parameterNodeGuiTag)
            self.removeObserver(self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParametersModified)
        self._parameterNode = parameters
        if self._parameterNode:
            self._parameterNodeGuiTag = self._parameterNode.connectGui(self.ui)
            self.addObserver(self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParametersModified)
            self.weights.show()
            self.run.settle()
            self.onParametersModified()

    def onParametersModified(self, _caller: vtk.vtkObject | None = None, _event: str = "") -> None:
        if self._parameterNode is None:
            return
        self.inputs.refresh()
        present = [modality for modality, volume in volumes_of(self._parameterNode).items() if volume is not None]
        self.expectation.show(self.weights.card, tuple(present))
        self.results.refresh()
        self.run.follow()

    def makeJob(self) -> Job:
        weights = self.weights.chosen
        if self._parameterNode is None:
            message = _("There is no scene.")
            raise InputError(message)
        if weights is None:
            message = _("There are no weights: choose some under Advanced.")
            raise InputError(message)
        if self._parameterNode.outputSegmentation is not None:
            require_unlocked(self._parameterNode.outputSegmentation)
        return job_of(self._parameterNode, weights)


class LCKDSegmentationLogic(ScriptedLoadableModuleLogic):
    def getParameterNode(self) -> LCKDSegmentationParameterNode:
        node = super().getParameterNode()
        return LCKDSegmentationParameterNode(node)  # type: ignore[call-arg] # the decorator makes the constructor

    def segment(
        self,
        volumes: Volumes,
        outputNode: vtkMRMLSegmentationNode | None = None,
        *,
        weights: str = "",
        device: str = "auto",
        scans: str = "auto",
    ) -> dict[str, Any]:
        """Segment the volumes of one patient into the application's scene, and return the record of the run.

        It blocks until the result is there: for scripts. The panel does the same in the background.

        Args:
            volumes: Volume node of each modality that is there, e.g. ``{"flair": node, "t1ce": node}``.
            outputNode: Segmentation node to fill, or None for a new one.
            weights: Name or folder of installed weights; empty for those that come with the module.
            device: ``auto``, ``cpu`` or ``cuda``.
            scans: ``prepared`` (taken as they are), ``clinical`` (registered, freed of skulls) or ``auto`` (looks).
        """
        return segment_blocking(
            slicer.mrmlScene, volumes, output=outputNode, weights=weights, device=device, scans=scans
        )


class LCKDSegmentationTest(ScriptedLoadableModuleTest):
    def setUp(self) -> None:
        slicer.mrmlScene.Clear()

    def load_sample_patient(self) -> Volumes:
        """Load the volumes that come with the module, and assign them by their names."""
        volumes = slicer.modules.volumes.logic()
        for name in SAMPLE_FILES:
            volumes.AddArchetypeVolume(str(SAMPLE_FOLDER / name), Path(name).stem)
        found = recognise_volumes(slicer.mrmlScene, {})
        return {modality: slicer.mrmlScene.GetNodeByID(node) for modality, node in found.chosen.items()}

    def test_the_same_volume_twice_is_refused(self) -> None:
        volume = self.load_sample_patient()["flair"]
        with self.assertRaisesRegex(InputError, "Synthetic_FLAIR"):  # noqa: PT027 - Slicer has no pytest
            LCKDSegmentationLogic().segment({"flair": volume, "t2": volume})

    def test_the_sample_patient_is_assigned_by_its_names(self) -> None:
        names = {modality: volume.GetName() for modality, volume in self.load_sample_patient().items() if volume}
        self.assertEqual(  # noqa: PT009 - Slicer has no pytest
            names, {"flair": "Synthetic_FLAIR", "t1": "Synthetic_T1", "t1ce": "Synthetic_T1ce", "t2": "Synthetic_T2"}
        )

    def test_the_sample_patient_is_segmented_from_two_modalities(self) -> None:
        if importlib.util.find_spec("torch") is None:
            return  # Slicer takes a skipped test for a failed one
        volumes = self.load_sample_patient()
        output = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        chosen: Volumes = {"flair": volumes["flair"], "t1ce": volumes["t1ce"]}
        record = LCKDSegmentationLogic().segment(chosen, output, device="cpu")
        self.assertEqual(record["subset"], ["flair", "t1ce"])  # noqa: PT009 - Slicer has no pytest
        self.assertGreater(record["measurements"]["WT"]["volume_cm3"], 10.0)  # noqa: PT009 - the same
        self.assertEqual(output.GetSegmentation().GetNumberOfSegments(), 3)  # noqa: PT009 - the same
