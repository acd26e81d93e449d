"""The installed weights: choose, install, remove, and where they lie; and the command that trains new ones."""

from collections.abc import Callable
from pathlib import Path

import qt
import slicer.util
from slicer.i18n import tr as _

from lckd.errors import LckdError
from lckd.weights import store
from lckd.weights.card import Card
from lckd.weights.folder import default_weights, own_folder
from lckd.weights.store import InstalledWeights
from LCKDSegmentationLib.view import GetParameters, Ui, View

TRAINING_SCRIPT = "Training/train.py"
MEGABYTE = 1e6


class WeightsView(View):
    """The list of weights and the buttons beside it.

    Args:
        ui: Widgets of the panel.
        getParameters: Gives the choices of the panel, or None while there is no scene.
        onChanged: Called when other weights are chosen.
    """

    def __init__(self, ui: Ui, getParameters: GetParameters, onChanged: Callable[[], None]) -> None:
        super().__init__(ui, getParameters)
        self._onChanged = onChanged
        self._weights: list[InstalledWeights] = []
        ui.trainingCommandEdit.text = training_command()
        ui.trainingCommandEdit.cursorPosition = 0
        ui.weightsComboBox.connect("activated(int)", self._choose)
        ui.installWeightsButton.connect("clicked(bool)", self._install)
        ui.removeWeightsButton.connect("clicked(bool)", self._remove)
        ui.showWeightsButton.connect("clicked(bool)", self._showFolder)
        ui.copyCommandButton.connect("clicked(bool)", self._copyCommand)

    @property
    def chosen(self) -> InstalledWeights | None:
        """The weights that are chosen, None when they are no longer there."""
        parameters = self._getParameters()
        name = parameters.weights if parameters is not None else ""
        return next((one for one in self._weights if one.name == (name or default_weights().name)), None)

    @property
    def card(self) -> Card | None:
        """Card of the chosen weights."""
        return self.chosen.card if self.chosen else None

    def refresh(self) -> None:
        """Look again at what is installed; every file is compared with its checksum."""
        try:
            self._weights = store.installed()
        except LckdError as error:
            self._weights = store.shipped()
            slicer.util.errorDisplay(str(error))
        self.show()

    def show(self) -> None:
        """Show what is installed, and which is chosen."""
        box = self._ui.weightsComboBox
        box.clear()
        for one in self._weights:
            box.addItem(one.name if one.card else _("{name} (damaged)").format(name=one.name))
        chosen = self.chosen
        box.setCurrentIndex(self._weights.index(chosen) if chosen else -1)
        self._ui.removeWeightsButton.enabled = chosen is not None and not chosen.is_shipped
        self._ui.weightsInfoLabel.text = describe(chosen) if chosen else _("These weights are no longer installed.")

    def _choose(self, index: int) -> None:
        parameters = self._getParameters()
        if parameters is not None and 0 <= index < len(self._weights):
            parameters.weights = self._weights[index].name
        self._update()

    def _update(self) -> None:
        self.refresh()
        self._onChanged()

    def _install(self) -> None:
        source = qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Weights to install"), "", _("Weights (*.zip model.json)")
        )
        if source:
            path = Path(source)
            self._try(lambda: store.install(path if path.suffix == ".zip" else path.parent))

    def _remove(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        question = _("Delete the weights '{name}' from this computer?").format(name=chosen.name)
        if slicer.util.confirmYesNoDisplay(question):
            self._try(lambda: store.remove(chosen.name))

    def _try(self, change: Callable[[], object]) -> None:
        try:
            change()
        except LckdError as error:
            slicer.util.errorDisplay(str(error))
        self._update()

    def _showFolder(self) -> None:
        folder = self.chosen.directory if self.chosen else own_folder()
        qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(folder)))

    def _copyCommand(self) -> None:
        slicer.app.clipboard().setText(self._ui.trainingCommandEdit.text)


def describe(weights: InstalledWeights) -> str:
    """Say in a few lines what weights are."""
    if weights.card is None:
        return weights.problem
    card = weights.card
    counts = card.patients
    lines = (
        _("{size:.1f} MB, working grid {spacing:g} mm, SHA256 {sha}").format(
            size=weights.size_bytes / MEGABYTE, spacing=card.spacing_mm, sha=card.tensors_sha256[:12]
        ),
        _("Patients: {counts}").format(counts=counts) if counts else "",
        str(weights.directory),
    )
    return "\n".join(line for line in lines if line)


def training_command() -> str:
    """Give the command that trains weights with the installed training package."""
    slicer_ = slicer.app.launcherExecutableFilePath or "Slicer"
    return f'"{slicer_}" --no-main-window --python-script "{_training_script()}" -- --data FOLDER --out runs/mine'


def _training_script() -> Path:
    """Find the training script: beside the module in a source tree, further up in an installed extension."""
    for folder in Path(__file__).resolve().parents:
        if (folder / TRAINING_SCRIPT).is_file():
            return folder / TRAINING_SCRIPT
    return Path(TRAINING_SCRIPT)
