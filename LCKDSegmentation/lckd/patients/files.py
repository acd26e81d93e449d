"""Names of image files."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from lckd.errors import InputError
from lckd.modality import MODALITIES, Modality

IMAGE_ENDINGS = (".nii.gz", ".nii")


def is_image(name: str) -> bool:
    """Tell whether a name is that of an image; macOS leaves hidden companions of files, which are none."""
    return name.endswith(IMAGE_ENDINGS) and not name.startswith(".")


def stem_of(path: Path) -> str:
    """Return the name of an image without its ending."""
    return path.name.removesuffix(".gz").removesuffix(".nii")


def in_order(images: Mapping[Modality, Path]) -> dict[Modality, Path]:
    """Sort files by the one order of modalities."""
    return {modality: images[modality] for modality in MODALITIES if modality in images}


def only_one(paths: Iterable[Path], *, what: str) -> Path | None:
    """Return the one file that claims to be something, or None.

    Raises:
        InputError: Several do.
    """
    claimants = sorted(paths)
    if len(claimants) > 1:
        first, second, *_ = claimants
        message = f"Two {what} in '{first.parent}': '{first.name}' and '{second.name}'; keep one."
        raise InputError(message)
    return claimants[0] if claimants else None
