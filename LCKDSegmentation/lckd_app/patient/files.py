"""Images: which files are taken for some, and how they are read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.modality import Modality

if TYPE_CHECKING:
    import SimpleITK as sitk

ENDINGS = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
"""Of files that are taken for images."""


@dataclass(frozen=True)
class Found:
    """An image that was read.

    Attributes:
        name: What to call it.
        path: Its file.
        image: Its voxels as 32-bit floating point.
        modality: What it is, where more than its name tells; None where its name is all there is.
        reason: Why, as a sentence; empty without a modality.
    """

    name: str
    path: Path
    image: "sitk.Image"
    modality: Modality | None = None
    reason: str = ""


def stem_of(path: Path) -> str:
    """Give the name of a file without the ending of its format."""
    name = path.name
    ending = next((one for one in sorted(ENDINGS, key=len, reverse=True) if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)] or name


def read(paths: Iterable[Path]) -> list[Found]:
    """Read images; nothing has changed anywhere when one is refused.

    Raises:
        InputError: One cannot be used; the sentence names it.
    """
    from lckd.images.read_write import read_image

    return [Found(stem_of(path), path, read_image(path)) for path in paths]
