"""Who is the same patient, so that nobody is on two sides of a split."""

from collections.abc import Mapping, Sequence

from lckd.errors import InputError
from lckd.patients.folder_case import FolderCase
from lckd_training.cohorts.split import Sides


def same_patients(cases: Sequence[FolderCase], fingerprints: Mapping[str, str]) -> list[list[FolderCase]]:
    """Group cases that show one patient: by what is declared or named, and by equal content.

    Args:
        cases: Cases of any side.
        fingerprints: Digest of the content of each case, by name; a case may lack one.

    Returns:
        Groups, in the order of their first cases.
    """
    groups: list[tuple[set[str], list[FolderCase]]] = []
    for case in cases:
        marks = {f"patient {case.patient}", f"content {fingerprints.get(case.name, case.name)}"}
        members: list[FolderCase] = []
        others = []
        for known, known_members in groups:
            if known & marks:
                marks |= known
                members += known_members
            else:
                others.append((known, known_members))
        groups = [*others, (marks, [*members, case])]
    position = {id(case): number for number, case in enumerate(cases)}
    return sorted((members for _, members in groups), key=lambda members: position[id(members[0])])


def require_apart(sides: Sides, fingerprints: Mapping[str, str]) -> None:
    """Refuse a patient on two sides.

    Args:
        sides: Cases by what they are for.
        fingerprints: As in `same_patients`.

    Raises:
        InputError: There are such patients; all are named.
    """
    side_of = {id(case): part for part, cases in sides._asdict().items() for case in cases}
    groups = same_patients([case for cases in sides for case in cases], fingerprints)
    torn = [group for group in groups if len({side_of[id(case)] for case in group}) > 1]
    if torn:
        lines = ["; ".join(f"'{case.name}' to {side_of[id(case)]}" for case in group) for group in torn]
        message = (
            f"Patients are on two sides, by name or by equal label maps: {' | '.join(lines)}. Leave out one of each."
        )
        raise InputError(message)
