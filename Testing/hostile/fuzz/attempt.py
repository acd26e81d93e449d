"""One hostile use of the command `lckd`: files that a maker leaves, and the words that use them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from Testing.hostile.fuzz.chance import Chance


@dataclass(frozen=True)
class Place:
    """Where an attempt happens: a folder of its own below one root.

    Attributes:
        root: Holds all that follows.
        good: Files that are as they should be; never changed.
    """

    root: Path
    good: Path

    @property
    def files(self) -> Path:
        """What a maker leaves; the working folder of the command."""
        return self.root / "files"

    @property
    def out(self) -> Path:
        """The only folder that the command may write to, besides that of installed weights."""
        return self.root / "out"

    @property
    def own(self) -> Path:
        """The folder of installed weights."""
        return self.root / "own"

    @property
    def temporary(self) -> Path:
        """Where temporary files go, and none may stay."""
        return self.root / "tmp"

    @property
    def scan(self) -> Path:
        """A good scan."""
        return self.good / "scan.nii.gz"

    @property
    def weights(self) -> Path:
        """Good weights."""
        return self.good / "weights"

    @property
    def result(self) -> Path:
        """Where a segmentation goes."""
        return self.out / "labels.nii.gz"


@dataclass(frozen=True)
class Attempt:
    """What to do and what a refusal must say.

    Attributes:
        words: The command line, without `lckd`.
        naming: Of which a refusal must name at least one.
        must_be_refused: Whether the command may not end well, however good the rest of its input is.
        must_be_accepted: Whether it may not refuse: nothing is wrong with its input.
    """

    words: tuple[str, ...]
    naming: tuple[str, ...]
    must_be_refused: bool = False
    must_be_accepted: bool = False


Maker: TypeAlias = Callable[[Chance, Place], Attempt]


def segment(place: Place, image: Path, *more: object) -> Attempt:
    """Segment from one image."""
    as_given = [
        "--register",
        "no",
        "--skull-stripped",
        "yes",
    ]  # else odd images pass for raw heads, and deepbet takes its time
    words = [
        "segment",
        "--flair",
        image,
        "--weights",
        place.weights,
        *as_given,
        "--device",
        "cpu",
        "-o",
        place.result,
        *more,
    ]
    return Attempt(tuple(map(str, words)), (str(image),))


def segment_from(content: bytes, path: Path, place: Place) -> Attempt:
    """Write an image and segment from it."""
    path.write_bytes(content)
    return segment(place, path)


def untouched(_: Chance, place: Place) -> Attempt:
    """Segment from a good image, as a proof that what is refused is refused for the harm done to it."""
    return replace(segment(place, place.scan), must_be_accepted=True)
