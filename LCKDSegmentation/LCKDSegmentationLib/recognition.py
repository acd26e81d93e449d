"""Which volumes of a scene are FLAIR, T1, T1ce and T2? Proposals with their reasons; the user's own choice stands."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import slicer
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

from lckd.modality import MODALITIES
from lckd.series.clues import Strength
from lckd.series.identify import Assignment, Identification, assign, identify
from LCKDSegmentationLib.home import Home, home_of
from LCKDSegmentationLib.volumes import Volumes

SCALAR_VOLUME = "vtkMRMLScalarVolumeNode"
"""Its subclasses are label maps, colours, vectors and tensors."""

INSTANCES_ATTRIBUTE = "DICOM.instanceUIDs"

DICOM_TAGS = {
    "AcquisitionContrast": "0008,9209", "BodyPartExamined": "0018,0015", "ContrastBolusAgent": "0018,0010",
    "DiffusionBValue": "0018,9087",
    "EchoTime": "0018,0081", "ImageType": "0008,0008", "InversionTime": "0018,0082", "Modality": "0008,0060",
    "MRAcquisitionType": "0018,0023", "ProtocolName": "0018,1030", "RepetitionTime": "0018,0080",
    "ScanningSequence": "0018,0020", "SequenceName": "0018,0024", "SeriesDescription": "0008,103E",
}  # fmt: skip
"""Numbers of the tags that `lckd.series.identify` looks at."""

ELSEWHERE = "It seems to be of another patient than the chosen volumes: it lies elsewhere, or its name says so."
SEVERAL_PATIENTS = (
    "The volumes lie in several studies or folders, or their names tell of several patients: choose one volume of the "
    "patient, then assign again."
)


def recognise_volumes(scene: vtkMRMLScene, volumes: Volumes) -> Assignment[str]:
    """Propose a volume for each modality that the user has not chosen.

    All proposals come from one patient (see `LCKDSegmentationLib.home`), who is that of the volumes already chosen.

    Args:
        scene: Scene whose visible grey-scale volumes are looked at.
        volumes: What the user has chosen so far: volume node or None for each modality.

    Returns:
        Node IDs of the proposals with their reasons, questions, and why each other volume was left out.
    """
    already = {modality: node.GetID() for modality, node in volumes.items() if node is not None}
    nodes = {node.GetID(): node for node in grey_volumes(scene)}
    homes = {key: home_of(node) for key, node in nodes.items()}
    found = {key: identify(node.GetName() or "", dicom_tags(node)) for key, node in nodes.items()}
    chosen = [home_of(node) for node in volumes.values() if node is not None]
    if already:
        found = {key: one if _fits(homes[key], chosen) else _elsewhere(one) for key, one in found.items()}
    result = assign(found, already)
    claimed = [homes[key] for key, one in found.items() if one.modality and homes[key] not in chosen]
    return result if _lie_together(claimed) else _ask_for_patient(found, result)


def grey_volumes(scene: vtkMRMLScene) -> list[vtkMRMLScalarVolumeNode]:
    """List the volumes with one value per voxel that the user sees in lists."""
    count = scene.GetNumberOfNodesByClass(SCALAR_VOLUME)
    nodes = (scene.GetNthNodeByClass(index, SCALAR_VOLUME) for index in range(count))
    return [node for node in nodes if node.GetClassName() == SCALAR_VOLUME and _is_shown_and_grey(node)]


def _is_shown_and_grey(volume: vtkMRMLScalarVolumeNode) -> bool:
    image = volume.GetImageData()
    if volume.GetHideFromEditors() or image is None:
        return False
    return bool(image.GetNumberOfPoints() > 0 and image.GetNumberOfScalarComponents() == 1)


def dicom_tags(volume: vtkMRMLScalarVolumeNode) -> dict[str, str]:
    """Read from the application's DICOM database what is known of a volume's series.

    Args:
        volume: The volume, loaded from DICOM or not.

    Returns:
        Values by DICOM keyword, empty where unknown; nothing without a database or for volumes from other files.
    """
    database = getattr(slicer, "dicomDatabase", None)
    instances = (volume.GetAttribute(INSTANCES_ATTRIBUTE) or "").split()
    if database is None or not database.isOpen or not instances:
        return {}
    return {keyword: database.instanceValue(instances[0], tag) or "" for keyword, tag in DICOM_TAGS.items()}


def _elsewhere(found: Identification) -> Identification:
    return Identification(found.name, None, ELSEWHERE, Strength.NOTHING)


def _fits(home: Home, chosen: list[Home]) -> bool:
    """Tell whether a volume may be of a patient whose chosen volumes lie here, even if they lie in several places."""
    return home in chosen or all(home.may_be_that_of(other) for other in chosen)


def _lie_together(homes: Sequence[Home]) -> bool:
    return all(one.may_be_that_of(other) for one, other in combinations(homes, 2))


def _ask_for_patient(found: Mapping[str, Identification], result: Assignment[str]) -> Assignment[str]:
    """Propose nothing where it would mix patients."""
    claimed = {one.modality for one in found.values()}
    questions = {modality: SEVERAL_PATIENTS for modality in MODALITIES if modality in claimed}
    return Assignment(questions=questions, left_out=result.left_out)
