"""Whose images are these? What the tags of DICOM say of a patient, and whether two of them may speak of one."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class PatientTags(NamedTuple):
    """What tells patients apart, and nothing else; never shown, and in no record.

    Attributes:
        number: Given by a hospital, or by whoever took the name away.
        issuer: Whose number it is; mostly empty.
        name: In DICOM's order, its parts divided by ``^``.
        birthday: As DICOM writes it (YYYYMMDD).
    """

    number: str = ""
    issuer: str = ""
    name: str = ""
    birthday: str = ""

    def may_be_that_of(self, other: "PatientTags") -> bool:
        """Tell whether nothing speaks clearly against one patient; what is missing on either side says nothing.

        Hospitals number people anew, and two of them may give one number to two people: where name and birthday agree
        with each other, they decide. Else the number does, and without it the birthday before a name, which changes.
        """
        number = None if _agree(self.issuer, other.issuer) is False else _agree(self.number, other.number)
        name, birthday = _share_words(self.name, other.name), _agree(self.birthday, other.birthday)
        if name is not None and name == birthday:
            return name
        return next((told for told in (number, birthday, name) if told is not None), True)


def count_patients(everybody: Iterable[PatientTags]) -> int:
    """Count those who are evidently different people."""
    different: list[PatientTags] = []
    for one in everybody:
        if not any(one.may_be_that_of(other) for other in different):
            different.append(one)
    return len(different)


def _agree(first: str, second: str) -> bool | None:
    return first.casefold() == second.casefold() if first and second else None


def _share_words(first: str, second: str) -> bool | None:
    """Tell whether two names may be one, in any order, one with words that the other lacks; None where one is empty."""
    one, other = (set(re.findall(r"\w+", name.replace("_", " ").casefold())) for name in (first, second))
    return one <= other or other <= one if one and other else None
