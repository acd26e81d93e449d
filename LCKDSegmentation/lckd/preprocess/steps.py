"""What was done to a patient's images, in values that a record can hold."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import SimpleITK as sitk

from lckd.modality import Modality
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
class Preprocessed:
    """Images that are ready for `lckd.segment`.

    Attributes:
        images: One for each modality; those that needed nothing are the very objects that were given.
        steps: What was done, in order.
        notes: Sentences that the user should read.
    """

    images: dict[Modality, sitk.Image]
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()

    def told_by(self, result: Segmentation) -> Segmentation:
        """Put the notes of the preprocessing before those of a segmentation of these images."""
        return replace(result, notes=(*self.notes, *result.notes))

    def as_dicts(self) -> list[dict[str, Any]]:
        """Give the steps in values that a record can hold."""
        return [step.as_dict() for step in self.steps]


@dataclass
class Work:
    """A patient between steps.

    Attributes:
        images: The images as they are now.
        report: Told of the progress.
        steps: What was done so far.
        notes: Sentences so far.
    """

    images: dict[Modality, sitk.Image]
    report: Progress
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def tell(
        self, name: StepName, modality: Modality, details: dict[str, Any], *, was_done: bool, begin: float
    ) -> None:
        """Write down a step that began at `begin` (`time.perf_counter`)."""
        self.steps.append(Step(name, modality, was_done, details, time.perf_counter() - begin))
