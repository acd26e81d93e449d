"""What was done to a patient's images, in values that a record can hold."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import SimpleITK as sitk

from lckd.modality import MODALITIES, Modality, Subset
from lckd.segmentation import Segmentation

StepName: TypeAlias = Literal["register", "strip", "bias"]
Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the stage (a `StepName`), how many images are done, and how many there are."""


@dataclass(frozen=True)
class Step:
    """One thing that was looked at for one modality.

    Attributes:
        name: The step.
        modality: Whose image.
        was_done: Whether the image was changed.
        details: Measures and settings, enough to understand or undo it.
        seconds: Time it took; next to nothing when it was recalled.
    """

    name: StepName
    modality: Modality
    was_done: bool
    details: dict[str, Any]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Give the step in values that JSON can hold."""
        return {
            "step": self.name,
            "modality": self.modality,
            "was_done": self.was_done,
            "details": self.details,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Remark:
    """Something that the user should read.

    Attributes:
        sentence: For the user.
        modalities: Whose images it is about.
    """

    sentence: str
    modalities: Subset


@dataclass(frozen=True)
class Preprocessed:
    """Images that are ready for `lckd.segment`.

    Attributes:
        images: One for each modality; those that needed nothing are the very objects that were given.
        steps: What was done, in order.
        remarks: What the user should read.
        seconds: Time that all of it took.
    """

    images: dict[Modality, sitk.Image]
    steps: tuple[Step, ...] = ()
    remarks: tuple[Remark, ...] = ()
    seconds: float = 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """All sentences that the user should read."""
        return tuple(remark.sentence for remark in self.remarks)

    def told_by(self, result: Segmentation) -> Segmentation:
        """Put what concerns the modalities of a segmentation of these images before its own notes, and the time."""
        own = [one.sentence for one in self.remarks if set(one.modalities) & set(result.subset)]
        return replace(result, notes=(*own, *result.notes), preprocessing_seconds=self.seconds)

    def as_dicts(self, subset: Subset = MODALITIES) -> list[dict[str, Any]]:
        """Give the steps of some modalities in values that a record can hold."""
        return [step.as_dict() for step in self.steps if step.modality in subset]

    def moved(self, modality: Modality) -> bool:
        """Tell whether an image lies elsewhere than it was given."""
        return any(step.was_done for step in self.steps if (step.name, step.modality) == ("register", modality))


@dataclass
class Work:
    """A patient between steps.

    Attributes:
        images: The images as they are now.
        report: Told of the progress.
        steps: What was done so far.
        remarks: What the user should read, so far.
    """

    images: dict[Modality, sitk.Image]
    report: Progress
    steps: list[Step] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def tell(
        self, name: StepName, modality: Modality, details: dict[str, Any], *, was_done: bool, begin: float
    ) -> None:
        """Write down a step that began at `begin` (`time.perf_counter`)."""
        self.steps.append(Step(name, modality, was_done, details, time.perf_counter() - begin))

    def remark(self, sentence: str, *modalities: Modality) -> None:
        """Write down what the user should read of some images."""
        self.remarks.append(Remark(sentence, modalities))
