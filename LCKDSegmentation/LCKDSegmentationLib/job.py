"""What somebody wants to be segmented, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLScalarVolumeNode

from lckd.modality import Modality, Subset, in_order
from lckd.preprocess.options import AS_NEEDED, PreprocessOptions

if TYPE_CHECKING:
    import SimpleITK as sitk


@dataclass(frozen=True)
class Job:
    """What somebody wants.

    Attributes:
        volumes: The volume node of each present modality, in order.
        weights: Weights folder.
        sha256: Checksum of its tensors.
        device: ``auto``, ``cpu`` or ``cuda``.
        maps: Images wanted besides the labels: regions whose probability is wanted, and ``uncertainty``.
        preparation: What is done to the images before; by default whatever looks necessary.
    """

    volumes: Mapping[Modality, vtkMRMLScalarVolumeNode]
    weights: Path
    sha256: str
    device: str
    maps: tuple[str, ...] = ()
    preparation: PreprocessOptions = AS_NEEDED

    @property
    def subset(self) -> Subset:
        """The present modalities."""
        return in_order(self.volumes)

    @property
    def reference(self) -> Modality:
        """Modality on whose voxels the result lies."""
        return self.subset[0]


@dataclass(frozen=True)
class Reply:
    """What came of it.

    Attributes:
        job: What was wanted.
        labels: Tissue labels in the geometry of the reference volume.
        maps: The images that were wanted besides.
        record: Everything that is known of the run (`lckd.record.Record`).
    """

    job: Job
    labels: "sitk.Image"
    maps: "Mapping[str, sitk.Image]"
    record: Mapping[str, Any]

    @property
    def reference(self) -> vtkMRMLScalarVolumeNode:
        """The volume on whose voxels the result lies."""
        return self.job.volumes[self.job.reference]
