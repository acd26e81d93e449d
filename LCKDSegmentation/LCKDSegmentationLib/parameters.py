"""The choices of the panel, saved with the scene."""

from enum import Enum

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper

from lckd.modality import MODALITIES
from LCKDSegmentationLib.volumes import Volumes


class Device(Enum):
    """Where to compute; the values are those of `lckd.segment.segment`."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"

    def label(self) -> str:
        """Give the text in the panel's list."""
        labels: dict[str, str] = {"auto": _("Automatic"), "cpu": _("CPU"), "cuda": _("GPU (CUDA)")}
        return labels[self.value]


@parameterNodeWrapper
class LCKDSegmentationParameterNode:
    """Everything that the user chooses.

    Attributes:
        flair: FLAIR volume, or None.
        t1: T1 volume without contrast agent, or None.
        t1ce: T1 volume with contrast agent, or None.
        t2: T2 volume, or None.
        outputSegmentation: Segmentation node that gets the result, or None for a new one.
        device: Where to compute.
    """

    flair: vtkMRMLScalarVolumeNode
    t1: vtkMRMLScalarVolumeNode
    t1ce: vtkMRMLScalarVolumeNode
    t2: vtkMRMLScalarVolumeNode
    outputSegmentation: vtkMRMLSegmentationNode
    device: Device = Device.AUTO


def volumes_of(parameters: LCKDSegmentationParameterNode) -> Volumes:
    """List the choice of each modality; the fields are named as the modalities."""
    return {modality: getattr(parameters, modality) for modality in MODALITIES}
