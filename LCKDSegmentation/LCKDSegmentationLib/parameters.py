"""The choices of the panel, saved with the scene."""

from dataclasses import replace

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkMRMLTableNode
from slicer.parameterNodeWrapper import parameterNodeWrapper

from lckd.maps import UNCERTAINTY
from lckd.modality import MODALITIES, Modality
from lckd.region import REGIONS
from lckd.weights.store import InstalledWeights
from LCKDSegmentationLib.choices import PREPARATIONS, Device, Scans, SegmentKind
from LCKDSegmentationLib.job import Job
from LCKDSegmentationLib.volumes import Volumes, chosen_volumes


@parameterNodeWrapper
class LCKDSegmentationParameterNode:
    """Everything that the user chooses.

    Attributes:
        flair: FLAIR volume, or None.
        t1: T1 volume without contrast agent, or None.
        t1ce: T1 volume with contrast agent, or None.
        t2: T2 volume, or None.
        useFlair: Whether FLAIR is used; so for the others.
        live: Whether a change of the modalities is followed at once.
        outputSegmentation: Segmentation node that gets the result, or None for a new one.
        segments: Which segments it has.
        wantsProbabilities: Whether a probability volume of each region is made.
        wantsUncertainty: Whether a volume of the uncertainty is made.
        measurements: Table node of the measurements, or None before the first.
        device: Where to compute.
        scans: What the volumes are like.
        correctBias: Whether their brightness is evened out before (N4).
        weights: Name of the installed weights; empty for those that come with the module.
    """

    flair: vtkMRMLScalarVolumeNode
    t1: vtkMRMLScalarVolumeNode
    t1ce: vtkMRMLScalarVolumeNode
    t2: vtkMRMLScalarVolumeNode
    useFlair: bool = True
    useT1: bool = True
    useT1ce: bool = True
    useT2: bool = True
    live: bool = False
    outputSegmentation: vtkMRMLSegmentationNode
    segments: SegmentKind = SegmentKind.TISSUES
    wantsProbabilities: bool = False
    wantsUncertainty: bool = False
    measurements: vtkMRMLTableNode
    device: Device = Device.AUTO
    scans: Scans = Scans.AUTO
    correctBias: bool = False
    weights: str = ""


def volume_of(parameters: LCKDSegmentationParameterNode, modality: Modality) -> vtkMRMLScalarVolumeNode | None:
    """Give the volume that was chosen for a modality; the fields are named as the modalities."""
    return getattr(parameters, modality)


def is_used(parameters: LCKDSegmentationParameterNode, modality: Modality) -> bool:
    """Tell whether a modality is switched on."""
    return bool(getattr(parameters, f"use{modality.capitalize()}"))


def volumes_of(parameters: LCKDSegmentationParameterNode) -> Volumes:
    """List the volume of each modality that is switched on."""
    return {
        modality: volume_of(parameters, modality) if is_used(parameters, modality) else None for modality in MODALITIES
    }


def forget_node(parameters: LCKDSegmentationParameterNode, node: object) -> None:
    """Choose nothing in place of a node that is about to leave the scene: a selector would take its neighbour."""
    for name in (*MODALITIES, "outputSegmentation", "measurements"):
        if getattr(parameters, name) is node:
            setattr(parameters, name, None)


def job_of(parameters: LCKDSegmentationParameterNode, weights: InstalledWeights) -> Job:
    """Turn the choices of the panel into a job.

    Args:
        parameters: The choices.
        weights: The chosen weights.

    Raises:
        InputError: No volume was chosen, or one that cannot be segmented.
    """
    maps = (*REGIONS,) if parameters.wantsProbabilities else ()
    return Job(
        volumes=chosen_volumes(volumes_of(parameters)),
        weights=weights.directory,
        sha256=weights.card.tensors_sha256 if weights.card else "",
        device=parameters.device.value,
        maps=(*maps, UNCERTAINTY) if parameters.wantsUncertainty else maps,
        preparation=replace(PREPARATIONS[parameters.scans], correct_bias=parameters.correctBias),
    )
