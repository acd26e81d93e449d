"""The patient that the background process keeps: made ready and encoded once, then segmented from many subsets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from lckd.errors import DeviceError
from lckd.modality import Modality, Subset
from lckd.weights.card import Card

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.preprocess.steps import Preprocessed
    from lckd.segment import PatientEncoding, Progress
    from lckd.segmentation import Segmentation

GPU_TOO_SMALL = "The GPU has too little memory for this patient, so it was computed on the CPU."

T = TypeVar("T")


@dataclass
class WorkerPatient:
    """A patient that was encoded.

    Attributes:
        encode: Encodes it on a device.
        device: Where to compute: ``cpu`` or ``cuda``.
        may_move: Whether the CPU may take over from a GPU with too little memory.
        card: Card of the weights that encoded it.
        given: Its images as they were given.
        ready: The same as the network sees them, and what was done to them.
        inputs: What the record says of its images.
        notes: What the user should know of each modality.
        application: Name and version of the application that asked.
        moved: Whether the CPU has taken over.
        seconds: Time that it took and that no record tells yet, without what made the images ready.
        encoding: Features of all its modalities, once they are made.
    """

    encode: "Callable[[str], PatientEncoding]"
    device: str
    may_move: bool
    card: Card
    given: "Mapping[Modality, sitk.Image]"
    ready: "Preprocessed"
    inputs: dict[Modality, dict[str, Any]]
    notes: dict[Modality, list[str]]
    application: str
    moved: bool = False
    seconds: float = 0.0
    encoding: "PatientEncoding | None" = None

    def compute(self, work: "Callable[[PatientEncoding], T]") -> T:
        """Do something with the features, which are made first if they are not there.

        Raises:
            DeviceError: The GPU has too little memory, and the CPU may not take over.
        """
        try:
            return work(self._encoded())
        except DeviceError:
            if not self.may_move:
                raise
        self.encoding, self.device, self.may_move, self.moved = None, "cpu", False, True
        return work(self._encoded())

    def segment(self, subset: Subset, *, reference: Modality, progress: "Progress") -> "Segmentation":
        """Segment from some modalities.

        Args:
            subset: Modalities to use.
            reference: Modality on whose voxels the result is wanted: those of the encoding's, or of one that was moved.
            progress: Told of the stages decode and restore.

        Returns:
            The result, with all notes; `as_given` brings its images to where the reference was given.

        Raises:
            DeviceError: See `compute`.
        """

        def work(encoding: "PatientEncoding") -> "Segmentation":
            is_elsewhere = self.ready.moved(reference)
            at = encoding.onto(self.ready.images[reference], reference) if is_elsewhere else encoding
            return at.segment(subset, progress=progress)

        result = self.ready.told_by(self.compute(work))
        told = [note for modality in subset for note in self.notes.get(modality, ())]
        notes = (*([GPU_TOO_SMALL] if self.moved else []), *result.notes, *told)
        return replace(result, reference=reference, notes=notes)

    def as_given(self, image: "sitk.Image", reference: Modality) -> "sitk.Image":
        """Lay an image on the voxels of a reference, where that was given: undoes its motion, without interpolation."""
        if self.ready.moved(reference):
            image.CopyInformation(self.given[reference])
        return image

    def tell_preparation_once(self) -> None:
        """Let further records say that nothing was made ready for them."""
        self.ready = replace(self.ready, seconds=0.0)

    def _encoded(self) -> "PatientEncoding":
        if self.encoding is None:
            self.encoding = self.encode(self.device)
        return self.encoding
