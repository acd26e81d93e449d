"""Maps beside the labels: how likely each region is at a voxel, and how unsure the network is there."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.errors import OutputError
from lckd.region import REGIONS

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.segmentation import Segmentation

UNCERTAINTY = "uncertainty"
"""Name of the map beside those of the regions."""

ENDINGS = (".nii.gz", ".nii", ".nrrd")
NOT_ENDING = ".seg.nrrd"
"""Says that a file holds segments, which a map is not."""


def add_map_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what asks for maps."""
    parser.add_argument(
        "--uncertainty", type=Path, metavar="FILE", help="also write how unsure the network is: 0 to 1 bit (.nii.gz)"
    )
    parser.add_argument(
        "--probabilities", type=Path, metavar="DIR", help="also write ET.nii.gz, TC.nii.gz and WT.nii.gz into DIR"
    )


def map_paths(arguments: argparse.Namespace) -> dict[str, Path]:
    """Name the file of each map that is asked for: ``uncertainty``, or the region whose probability it holds."""
    paths: dict[str, Path] = {UNCERTAINTY: arguments.uncertainty} if arguments.uncertainty else {}
    if arguments.probabilities:
        paths.update({region: arguments.probabilities / f"{region}.nii.gz" for region in REGIONS})
    return paths


def require_map_paths(arguments: argparse.Namespace) -> None:
    """Refuse maps that cannot be written, before anything is computed.

    Raises:
        OutputError: An ending is unknown, or a folder and a file are in each other's place.
    """
    folder = arguments.probabilities
    if folder and not folder.is_dir() and (folder.exists() or folder.name.lower().endswith(ENDINGS)):
        what = "is a file" if folder.exists() else "is called like a file"
        message = f"The probabilities go into a folder, and '{folder}' {what}: give another name."
        raise OutputError(message)
    for path in map_paths(arguments).values():
        name = path.name.lower()
        if path.is_dir() or not name.endswith(ENDINGS) or name.endswith(NOT_ENDING) or name in ENDINGS:
            message = f"The map '{path}' cannot be a file of that name: give one that ends in .nii.gz or .nrrd."
            raise OutputError(message)


def map_of(result: "Segmentation", name: str) -> "sitk.Image":
    """Give a map of a result.

    Args:
        result: The result.
        name: ``uncertainty``, or the region whose probability is wanted.

    Returns:
        Values in [0, 1], float32, in the geometry of the result.
    """
    if name == UNCERTAINTY:
        return result.uncertainty()
    return result.probability(next(region for region in REGIONS if region == name))


def write_maps(result: "Segmentation", arguments: argparse.Namespace) -> None:
    """Write the maps that are asked for.

    Raises:
        OutputError: A file cannot be written.
    """
    from lckd.images.read_write import write_atomically  # noqa: PLC0415 - a parser must not wait for SimpleITK

    for name, path in map_paths(arguments).items():
        write_atomically(map_of(result, name), path)
