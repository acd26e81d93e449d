"""Headers in text whose voxels lie in a file that is none of theirs."""

from dataclasses import replace
from pathlib import Path

from Testing.hostile.fuzz.attempt import Attempt, Place, segment_from
from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.good import SIZE, SPACING_MM

OUTSIDE = (
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "../../good/scan.nii",
    "../../good/scan.raw",
    "secret.raw",
    "/dev/zero",
    "/dev/stdin",
    "LIST",
    "LIST 2\n/etc/passwd\n/etc/hostname",
    "/proc/self/environ",
    "%d.raw 1 20 1",
    "",
    ".",
    "scan.raw",
)
SHOWN_SIZE = " ".join(map(str, SIZE))
NRRD_OF_FOREIGN = f"""NRRD0004
type: float
dimension: 3
space: left-posterior-superior
sizes: {SHOWN_SIZE}
space directions: ({SPACING_MM},0,0) (0,{SPACING_MM},0) (0,0,{SPACING_MM})
endian: little
encoding: raw
data file: """
META_OF_FOREIGN = f"""ObjectType = Image
NDims = 3
DimSize = {SHOWN_SIZE}
ElementSpacing = {SPACING_MM} {SPACING_MM} {SPACING_MM}
ElementType = MET_FLOAT
ElementDataFile = """
"""Headers of the good voxels, up to the name of their file."""


def elsewhere(chance: Chance, place: Place) -> Attempt:
    """Write a header whose voxels lie in some other file, which could be segmented if it was read.

    A link beside the header was put there by whoever owns the folder, and may be followed.
    """
    links = {"secret.raw": Path("/etc/passwd"), "linked.raw": place.good / "scan.raw"}
    for name, target in links.items():
        (place.files / name).symlink_to(target)
    other = chance.pick([*OUTSIDE, str(place.good / "scan.raw"), "linked.raw"])
    text, endings = chance.pick([(NRRD_OF_FOREIGN, (".nhdr", ".nrrd")), (META_OF_FOREIGN, (".mhd", ".mha"))])
    attempt = segment_from((text + other + "\n\n").encode(), place.files / f"scan{chance.pick(endings)}", place)
    return replace(attempt, must_be_refused=other not in links, must_be_accepted=other == "linked.raw")
