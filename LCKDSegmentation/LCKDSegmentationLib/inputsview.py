"""The selectors of the four modalities: automatic assignment, badges, and the questions that it leaves."""

import slicer

from lckd.modality import MODALITIES, Modality
from LCKDSegmentationLib.badges import Suggestion, badge, questionsOf, suggestionsOf
from LCKDSegmentationLib.parameters import LCKDSegmentationParameterNode, is_used, volume_of
from LCKDSegmentationLib.recognition import recognise_volumes
from LCKDSegmentationLib.view import GetParameters, Ui, View


class InputsView(View):
    """Fills the selectors from names and DICOM tags, and says of each modality whether it is there.

    Args:
        ui: Widgets of the panel.
        getParameters: Gives the choices of the panel, or None while there is no scene.
    """

    def __init__(self, ui: Ui, getParameters: GetParameters) -> None:
        super().__init__(ui, getParameters)
        self._suggested: dict[Modality, Suggestion] = {}
        ui.assignButton.connect("clicked(bool)", self.assign)
        self._tell("")

    def assign(self) -> None:
        """Fill the empty selectors; what the user chose stays."""
        parameters = self._getParameters()
        if parameters is None:
            return
        volumes = {modality: volume_of(parameters, modality) for modality in MODALITIES}
        found = recognise_volumes(slicer.mrmlScene, volumes)
        self._suggested.update(suggestionsOf(found))
        for modality, node_id in found.chosen.items():
            setattr(parameters, modality, slicer.mrmlScene.GetNodeByID(node_id))
        hasVolumes = bool(found.chosen) or any(volumes.values())
        self._tell("\n".join(questionsOf(found, hasVolumes=hasVolumes)))

    def _tell(self, text: str) -> None:
        self._ui.assignmentLabel.text = text
        self._ui.assignmentLabel.visible = bool(text)

    def forget(self) -> None:
        """Forget what was assigned: the scene is another one, in which other nodes may have the same IDs."""
        self._suggested.clear()
        self._tell("")

    def refresh(self) -> None:
        """Show of each modality whether it is there, and why it was assigned."""
        parameters = self._getParameters()
        if parameters is None:
            return
        for modality in MODALITIES:
            badge = getattr(self._ui, f"{modality}Badge")
            badge.text, badge.toolTip = self._badge(parameters, modality)

    def _badge(self, parameters: LCKDSegmentationParameterNode, modality: Modality) -> tuple[str, str]:
        volume = volume_of(parameters, modality)
        node_id = "" if volume is None else volume.GetID()
        isUsed = is_used(parameters, modality)
        return badge(modality, node_id, isUsed=isUsed, suggestion=self._suggested.get(modality))
