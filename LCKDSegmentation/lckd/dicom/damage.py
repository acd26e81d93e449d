"""Files that cannot be read: of which study they are, so that no record tells of the files of another patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import commonpath
from pathlib import Path

from lckd.dicom.privacy import hide
from lckd.dicom.slices import Slice

MOST_TOLD = 3


@dataclass(frozen=True)
class Damage:
    """A file that cannot be read.

    Attributes:
        path: The file.
        sentence: Why, with the file's name.
    """

    path: Path
    sentence: str


def about_damage(damaged: Sequence[Damage], studies: Mapping[str, Sequence[Slice]]) -> dict[str, list[str]]:
    """Say of each study which files cannot be read.

    A file is named where it lies in the folder of one study only. Who it shows is not known otherwise, and its name may
    be that of another patient: it is counted.

    Args:
        damaged: All files that cannot be read.
        studies: The slices of each study by its identifier.

    Returns:
        Sentences by the identifier of the study, without what names its patient.
    """
    homes = {uid: _home(slices) for uid, slices in studies.items()}
    by_folder = {folder: _owners(folder, homes) for folder in {one.path.parent for one in damaged}}
    owners = [(one, by_folder[one.path.parent]) for one in damaged]
    told = {}
    for uid, slices in studies.items():
        own = [hide(one.sentence, slices[0].patient) for one, uids in owners if uids == {uid}]
        doubtful = sum(not uids or (len(uids) > 1 and uid in uids) for _, uids in owners)
        told[uid] = [*_first(own), *_about_doubtful(doubtful)]
    return told


def _home(slices: Sequence[Slice]) -> Path:
    """Give the deepest folder that holds all files of a study."""
    return Path(commonpath({one.path.parent for one in slices}))


def _owners(folder: Path, homes: Mapping[str, Path]) -> set[str]:
    """Give the studies in whose folder another folder lies; of those in each other only the inner one counts."""
    around = {uid: len(home.parts) for uid, home in homes.items() if folder.is_relative_to(home)}
    return {uid for uid, depth in around.items() if depth == max(around.values())}


def _first(sentences: list[str]) -> list[str]:
    hidden = len(sentences) - MOST_TOLD
    return sentences[:MOST_TOLD] + ([f"{hidden} more files are damaged."] if hidden > 0 else [])


def _about_doubtful(count: int) -> list[str]:
    return [f"Files that cannot be read, and may be of this study or of another: {count}."] if count else []
