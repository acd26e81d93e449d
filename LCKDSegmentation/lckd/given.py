"""What a command was given: image files by modality, or a folder of DICOM files in which it finds them."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.dicom.extra import require_packages
from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality, in_order
from lckd.origin import Origin, origin_of
from lckd.parallel import in_parallel

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.dicom.study import Study


@dataclass(frozen=True)
class Given:
    """The images of one patient, and where they come from.

    Attributes:
        images: The present modalities, each in its own geometry.
        names: What to call each in a sentence and in the record.
        files: All files that may have been read.
        study: The DICOM study that they come from, or None.
    """

    images: "dict[Modality, sitk.Image]"
    names: Mapping[Modality, str]
    files: tuple[Path, ...]
    study: "Study | None" = None

    def describe(self) -> list[str]:
        """Say what was chosen out of a study, and what was not."""
        return self.study.describe() if self.study else []

    def origin(self) -> Origin:
        """Describe for a record where the images come from."""
        return self.study.origin(self.images) if self.study else origin_of(self.images, self.names)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says where the images are."""
    for modality in MODALITIES:
        parser.add_argument(f"--{modality}", type=Path, metavar="FILE", help=f"{DISPLAY_NAMES[modality]} image")
    parser.add_argument(
        "--dicom", type=Path, metavar="DIR", help="folder of DICOM files instead, in which the modalities are found"
    )
    parser.add_argument("--study", metavar="UID", help="which study in that folder, where it holds several")


def paths_of(arguments: argparse.Namespace) -> dict[Modality, Path]:
    """Give the image files by modality; none when the images come from a folder of DICOM files."""
    return {modality: getattr(arguments, modality) for modality in MODALITIES if getattr(arguments, modality)}


def require_given(arguments: argparse.Namespace) -> None:
    """Refuse no images, or images from two kinds of source, before anything is read.

    Raises:
        InputError: It is so, or the packages that read DICOM are not installed.
    """
    names = list(paths_of(arguments))
    if not arguments.dicom:
        in_order(names)
    if arguments.dicom and names:
        message = f"Images come from --dicom or from files, not both: leave out --dicom or --{names[0]}."
        raise InputError(message)
    if arguments.study and not arguments.dicom:
        message = f"The study '{arguments.study}' is one in a folder of DICOM files: give that with --dicom DIR."
        raise InputError(message)
    if arguments.dicom:
        require_packages()


def read_given(arguments: argparse.Namespace) -> Given:
    """Read what was given.

    Args:
        arguments: With what `add_arguments` added.

    Raises:
        InputError: A file cannot be used, or the folder holds no study that can, or several.
    """
    return _from_dicom(arguments.dicom, arguments.study) if arguments.dicom else _from_files(arguments)


def _from_files(arguments: argparse.Namespace) -> Given:
    from lckd.images.read_write import read_image  # noqa: PLC0415 - `lckd --help` must not wait for SimpleITK

    paths = paths_of(arguments)
    images = dict(zip(paths, in_parallel(read_image, paths.values()), strict=True))
    return Given(images, {modality: str(path) for modality, path in paths.items()}, tuple(paths.values()))


def _from_dicom(folder: Path, uid: str | None) -> Given:
    from lckd.dicom import find_studies  # noqa: PLC0415 - a part that most commands do without
    from lckd.dicom.study import choose_study  # noqa: PLC0415 - the same

    study = choose_study(find_studies(folder), uid)
    used, images = study.read()
    files = [path for modality in study.choices for path in study.files(modality)]
    return Given(images, used.names, tuple(files), used)
