"""Where a volume comes from: which volumes of a scene may be of one patient, and which must not be mixed."""

from dataclasses import dataclass
from pathlib import Path

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSubjectHierarchyConstants, vtkMRMLSubjectHierarchyNode

from lckd.series.patient_name import is_modality_folder, patient_in_name


@dataclass(frozen=True)
class Home:
    """Where a volume comes from.

    Attributes:
        item: Its study, or else its folder, as an item of the subject hierarchy; 0 where it lies in none.
        folder: Folder of its file, without those that are named after a modality; empty where unknown.
        patient: What its name says of the patient; empty where that is nothing.
    """

    item: int
    folder: str
    patient: str

    def may_be_that_of(self, other: "Home") -> bool:
        """Tell whether nothing speaks against one patient: first the scene counts, then names, then folders."""
        if self.item or other.item:
            return self.item == other.item
        if self.patient and other.patient:
            return self.patient == other.patient
        return not (self.folder and other.folder) or self.folder == other.folder


def home_of(volume: vtkMRMLScalarVolumeNode) -> Home:
    """Look where a volume lies in the scene and on the disk, and what it is called."""
    return Home(_item_of(volume), _folder_of(volume), patient_in_name(volume.GetName() or ""))


def _item_of(volume: vtkMRMLScalarVolumeNode) -> int:
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(volume.GetScene())
    item = hierarchy.GetItemByDataNode(volume) if hierarchy else 0
    if not item:
        return 0
    study = hierarchy.GetItemAncestorAtLevel(item, vtkMRMLSubjectHierarchyConstants.GetDICOMLevelStudy())
    home = int(study or hierarchy.GetItemParent(item))
    return 0 if home == hierarchy.GetSceneItemID() else home


def _folder_of(volume: vtkMRMLScalarVolumeNode) -> str:
    storage = volume.GetStorageNode()
    file = storage.GetFileName() if storage else None
    if not file:
        return ""
    return str(Path(*(part for part in Path(file).parent.parts if not is_modality_folder(part))))
