"""The four modalities: which volume stands for each, why, and whether it is used."""

from typing import TypedDict

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality, Subset
from LCKDSegmentationLib.badges import Suggestion, badge, questionsOf, suggestionsOf
from LCKDSegmentationLib.recognition import ELSEWHERE, recognise_volumes
from LCKDSegmentationLib.volumes import Volumes


class SlotRow(TypedDict):
    """What the page shows of one modality."""

    modality: Modality
    name: str
    volume: str
    used: bool
    badge: str
    reason: str


class Slots:
    """The volumes that were chosen.

    Args:
        scene: Scene that holds them.
    """

    def __init__(self, scene: vtkMRMLScene) -> None:
        self._scene = scene
        self.clear()

    def clear(self) -> None:
        """Choose nothing, and use everything that will be there."""
        self._volumes: dict[Modality, str] = {}
        self._suggested: dict[Modality, Suggestion] = {}
        self._off: set[Modality] = set()
        self.question = ""

    def recognise(self) -> None:
        """Fill the empty slots by names and tags; what was chosen stays."""
        found = recognise_volumes(self._scene, self._nodes(MODALITIES))
        self._volumes.update(found.chosen)
        self._suggested.update(suggestionsOf(found))
        strangers = [self._scene.GetNodeByID(one).GetName() for one, why in found.left_out.items() if why == ELSEWHERE]
        told = [f"'{name}' is not used. {ELSEWHERE}" for name in strangers]
        self.question = "\n".join([*questionsOf(found, hasVolumes=bool(self._volumes or told)), *told])

    def suggest(self, modality: Modality, volume: str, reason: str) -> None:
        """Let a volume stand for a modality that has none, since more than its name tells that it is one."""
        if modality not in self._volumes:
            self._volumes[modality] = volume
            self._suggested[modality] = Suggestion(volume, reason, isDoubtful=False)

    def assign(self, modality: Modality, volume: str) -> None:
        """Let a volume stand for a modality, and for no other; nothing, for an empty ID."""
        former = self._volumes.pop(modality, "")
        home = next((other for other, chosen in self._volumes.items() if chosen == volume), None)
        if home is not None:
            del self._volumes[home]
            if former:
                self._volumes[home] = former  # the two change places
        if volume:
            self._volumes[modality] = volume
            self._off.discard(modality)
        self.question = ""

    def use(self, modality: Modality, *, is_used: bool) -> None:
        """Switch a modality on or off."""
        (self._off.discard if is_used else self._off.add)(modality)

    @property
    def used(self) -> Subset:
        """The modalities that are there and switched on, in order."""
        return tuple(modality for modality in MODALITIES if modality in self._volumes and modality not in self._off)

    @property
    def chosen(self) -> Volumes:
        """The volume node of each modality that is used, None for the others."""
        return self._nodes(self.used)

    @property
    def first(self) -> str:
        """ID of the volume that is shown when nobody chose another; empty where there is none."""
        return next((self._volumes[modality] for modality in ("t1ce", *MODALITIES) if modality in self._volumes), "")

    def rows(self) -> list[SlotRow]:
        """Describe all four for the page."""
        return [self._row(modality) for modality in MODALITIES]

    def _row(self, modality: Modality) -> SlotRow:
        volume, is_used = self._volumes.get(modality, ""), modality not in self._off
        text, reason = badge(modality, volume, isUsed=is_used, suggestion=self._suggested.get(modality))
        return SlotRow(
            modality=modality, name=DISPLAY_NAMES[modality], volume=volume, used=is_used, badge=text, reason=reason
        )

    def _nodes(self, modalities: Subset) -> dict[Modality, vtkMRMLScalarVolumeNode | None]:
        return {
            modality: self._scene.GetNodeByID(self._volumes[modality])
            if modality in modalities and modality in self._volumes
            else None
            for modality in MODALITIES
        }
