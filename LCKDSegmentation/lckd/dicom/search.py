"""From a folder to its studies: every file looked at, every series either chosen or refused with a reason."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from pydicom.uid import UID, MRImageStorage

from lckd.dicom.choice import Candidate
from lckd.dicom.damage import Damage, about_damage
from lckd.dicom.files import files_below, looks_like_dicom
from lckd.dicom.frames import MULTIFRAME_CLASSES
from lckd.dicom.header import read_slices
from lckd.dicom.privacy import hide
from lckd.dicom.series import stacks_of
from lckd.dicom.slices import Slice
from lckd.dicom.stack import Stack, volume_of
from lckd.dicom.study import Refusal, Study
from lckd.errors import InputError
from lckd.series.identify import identify

USABLE_CLASSES = (MRImageStorage, *MULTIFRAME_CLASSES)


def search(root: Path) -> list[Study]:
    """Find the studies below a folder; see `lckd.dicom.find_studies`.

    Raises:
        InputError: The folder does not exist or holds no DICOM images.
    """
    slices, copies, damaged = _read_all(root)
    if not slices:
        told = f" ({damaged[0].sentence.rstrip('.')})" if damaged else ""
        message = f"The folder '{root}' holds no DICOM images{told}: give the folder that holds those of a patient."
        raise InputError(message)
    studies: dict[str, list[Slice]] = {}
    for one in slices:
        studies.setdefault(one.study_uid, []).append(one)
    notes = about_damage(damaged, studies)
    return [_study(members, [*notes[uid], *_about_copies(copies[uid])]) for uid, members in sorted(studies.items())]


def _read_all(root: Path) -> tuple[list[Slice], Counter[str], list[Damage]]:
    """Read all headers below a folder: each slice once, the number of copies by study, and what could not be read."""
    slices: dict[object, Slice] = {}
    damaged: list[Damage] = []
    copies: Counter[str] = Counter()
    for path in files_below(root):
        if not looks_like_dicom(path):
            continue
        try:
            _require_usable_name(path)
            found = read_slices(path)
        except InputError as error:
            damaged.append(Damage(path, str(error)))
            continue
        for one in found:
            key = (one.study_uid, one.series_uid, one.sop_uid, one.frame, one.place)
            copies[one.study_uid] += key in slices
            slices.setdefault(key, one)
    return list(slices.values()), copies, damaged


def _require_usable_name(path: Path) -> None:
    """Refuse a name that neither SimpleITK nor a terminal can take.

    Raises:
        InputError: It is no UTF-8.
    """
    try:
        str(path).encode()
    except UnicodeError as error:
        message = f"The name of the file '{str(path).encode(errors='replace').decode()}' is no UTF-8: rename it."
        raise InputError(message) from error


def _about_copies(copies: int) -> list[str]:
    return [f"{copies} images are copies of others and were left out."] if copies else []


def _study(slices: list[Slice], notes: list[str]) -> Study:
    judged = [_judge(stack) for stack in stacks_of(slices)]
    return Study(
        uid=slices[0].study_uid,
        date=next((one.texts["StudyDate"] for one in slices if one.texts["StudyDate"]), ""),
        candidates=tuple(one for one in judged if isinstance(one, Candidate)),
        unusable=tuple(one for one in judged if isinstance(one, Refusal)),
        remarks=tuple(notes),
        patient=slices[0].patient,
    )


def _judge(stack: Stack) -> Candidate | Refusal:
    """Tell what a stack is, or why it cannot be used."""
    patient = stack.head.patient
    named = replace(stack, name=hide(stack.name, patient))
    try:
        return _candidate(named)
    except InputError as error:
        text = hide(str(error), patient)
        return Refusal(named.name, stack.head.series_uid, text[0].upper() + text[1:])


def _candidate(stack: Stack) -> Candidate:
    """Tell what a stack is, and make a volume of it.

    Raises:
        InputError: It is none of the four modalities, or no volume.
    """
    if stack.head.sop_class not in USABLE_CLASSES:
        message = f"it is no MR image but of the kind '{UID(stack.head.sop_class).name}'."
        raise InputError(message)
    found = identify("", stack.head.texts)
    if found.modality is None:
        raise InputError(found.reason)
    return Candidate(volume_of(stack), replace(found, reason=hide(found.reason, stack.head.patient)))
