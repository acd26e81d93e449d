"""Where the results of a patient lie, in either layout, and never outside the folder of the results."""

import re
from dataclasses import dataclass
from pathlib import Path

from lckd.batch.job import Layout
from lckd.batch.names import require_safe_name
from lckd.errors import InputError

SUBJECT = re.compile(r"(sub-[a-z0-9]+)(?:_(ses-[a-z0-9]+))?", re.IGNORECASE)
"""How a patient of BIDS is called, at one session if there are sessions."""

DESCRIPTION = "desc-lckd"


@dataclass(frozen=True)
class Places:
    """The files of a patient.

    Attributes:
        label_map: The result, values as in `lckd.region.BRATS`.
        thumbnail: Its picture.
        record: Its record, which is written last: what it names is complete.
    """

    label_map: Path
    thumbnail: Path
    record: Path

    def in_order(self) -> tuple[Path, ...]:
        """Give all files, the record first: without it, the others are nothing finished."""
        return self.record, self.label_map, self.thumbnail


def places_of(name: str, out: Path, layout: Layout) -> Places:
    """Tell where the results of a patient lie.

    Args:
        name: Name of the patient.
        out: Folder of the results.
        layout: ``flat`` puts all beside each other, ``bids`` makes a BIDS derivative.

    Raises:
        InputError: The name cannot name files, or a link leads out of the folder.
    """
    require_safe_name(name)
    places = _flat(name, out) if layout == "flat" else _bids(name, out)
    for path in places.in_order():
        if not path.parent.resolve().is_relative_to(out.resolve()):
            message = f"The folder '{path.parent}' is a link out of the folder of the results: remove the link."
            raise InputError(message)
    return places


def _flat(name: str, out: Path) -> Places:
    return Places(out / f"{name}.nii.gz", out / f"{name}.png", out / f"{name}.json")


def _bids(name: str, out: Path) -> Places:
    """Arrange files as BIDS does; a patient who has no name of BIDS gets one.

    Raises:
        InputError: No letter or digit that BIDS takes is in the name.
    """
    entities = _entities(name)
    folder, stem = out.joinpath(*entities), "_".join([*entities, DESCRIPTION, "dseg"])
    anatomy = folder / "anat"
    return Places(anatomy / f"{stem}.nii.gz", folder / "figures" / f"{stem}.png", anatomy / f"{stem}.json")


def _entities(name: str) -> list[str]:
    match = SUBJECT.fullmatch(name)
    if match:
        return [part for part in match.groups() if part]
    plain = re.sub(r"[^a-zA-Z0-9]", "", name)
    if not plain:
        message = f"The patient name '{name}' has no letter or digit that BIDS takes: use --layout flat."
        raise InputError(message)
    return [f"sub-{plain}"]
