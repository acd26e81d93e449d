"""The selectors of the four modalities: automatic assignment, badges, and the questions that it leaves."""

import slicer
from slicer.i18n import tr as _

from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
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
        self._suggested: dict[Modality, tuple[str, str]] = {}
        self._doubtful: set[Modality] = set()
        ui.assignButton.connect("clicked(bool)", self.assign)
        self._tell("")

    def assign(self) -> None:
        """Fill the empty selectors; what the user chose stays."""
        parameters = self._getParameters()
        if parameters is None:
            return
        volumes = {modality: volume_of(parameters, modality) for modality in MODALITIES}
        found = recognise_volumes(slicer.mrmlScene, volumes)
        self._doubtful = (self._doubtful - set(found.chosen)) | set(found.doubts)
        for modality, node_id in found.chosen.items():
            self._suggested[modality] = (node_id, found.reasons[modality])
            setattr(parameters, modality, slicer.mrmlScene.GetNodeByID(node_id))
        questions = dict.fromkeys([*found.questions.values(), *found.doubts.values()])  # one may be about several
        is_empty = not found.chosen and not any(volumes.values())
        nothing = [_("No volume looks like one of the four modalities: choose them yourself.")] if is_empty else []
        self._tell("\n".join(questions or nothing))

    def _tell(self, text: str) -> None:
        self._ui.assignmentLabel.text = text
        self._ui.assignmentLabel.visible = bool(text)

    def forget(self) -> None:
        """Forget what was assigned: the scene is another one, in which other nodes may have the same IDs."""
        self._suggested.clear()
        self._doubtful.clear()
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
        volume, name = volume_of(parameters, modality), DISPLAY_NAMES[modality]
        if volume is None:
            return _("missing"), _("There is no {name}: the network does without it.").format(name=name)
        if not is_used(parameters, modality):
            return _("off"), _("{name} is not used.").format(name=name)
        node_id, reason = self._suggested.get(modality, ("", ""))
        if node_id == volume.GetID():
            return _("? suggested") if modality in self._doubtful else _("✓ suggested"), reason
        return _("✓ present"), _("You chose this volume.")
