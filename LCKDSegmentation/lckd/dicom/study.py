"""A study: the series that were chosen for each modality, those that were not, and why."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lckd.dicom.choice import Choice
from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, Modality, Subset, in_order
from lckd.origin import Origin, origin_of
from lckd.series.patient_tags import PatientTags, count_patients

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.patients.case import Patient

UID = re.compile(r"[0-9][0-9.]{0,63}")
NOT_WANTED = "{} is none of the modalities that may be used."
MOST_TOLD = 8
"""Reasons that a sentence holds before it says how many more there are."""


@dataclass(frozen=True)
class Refusal:
    """A series, or one of its volumes, that is not used.

    Attributes:
        name: What to call it in a sentence.
        series_uid: Its identifier.
        reason: A sentence for the user.
    """

    name: str
    series_uid: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """Give what a record keeps."""
        return {"name": self.name, "series_uid": self.series_uid, "reason": self.reason}


@dataclass(frozen=True)
class Study:
    """One examination of one patient; a `lckd.patients.case.Case`.

    Attributes:
        uid: Its identifier.
        date: Its day as DICOM writes it (YYYYMMDD), or empty.
        choices: What was chosen for each modality, in their one order.
        refused: What was not, and why.
        notes: Sentences that the user should read.
        patient: Whose it is; never shown or kept.
    """

    uid: str
    date: str
    choices: Mapping[Modality, Choice]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...] = ()
    patient: PatientTags = field(default=PatientTags(), repr=False)

    @property
    def name(self) -> str:
        """A name for files that is unique and says nothing of the patient: the identifier of the study."""
        if UID.fullmatch(self.uid):
            return self.uid
        return f"study-{hashlib.sha256(self.uid.encode(errors='replace')).hexdigest()[:16]}"

    def load(self) -> "Patient":
        """Read the chosen volumes; a study brings no label map.

        Raises:
            InputError: There is none, or its files cannot be used; the sentence names the series.
        """
        from lckd.dicom.loading import read_volume  # noqa: PLC0415 - choosing needs no SimpleITK
        from lckd.patients.case import Patient  # noqa: PLC0415 - the same

        self.require_choices()
        return Patient({modality: read_volume(choice.volume) for modality, choice in self.choices.items()}, None)

    def require_choices(self) -> None:
        """Refuse a study without a usable series.

        Raises:
            InputError: It is one.
        """
        if not self.choices:
            told = [f"{refusal.name}: {refusal.reason.rstrip('.')}" for refusal in self.refused[:MOST_TOLD]]
            more = [f"{len(self.refused) - MOST_TOLD} more"] if len(self.refused) > MOST_TOLD else []
            message = (
                f"The study {self.uid} holds no series of FLAIR, T1, T1ce or T2 that can be used "
                f"({'; '.join([*told, *more])}): give the original MR series of the head."
            )
            raise InputError(message)

    def describe(self) -> list[str]:
        """Say what was chosen and what was not, a line each."""
        lines = [
            f"{DISPLAY_NAMES[modality]}: {choice.volume.stack.name}, {len(choice.volume.stack.slices)} slices. "
            f"{choice.reason}"
            for modality, choice in self.choices.items()
        ]
        lines += [f"Left out: {refusal.name}: {refusal.reason}" for refusal in self.refused]
        return lines + [f"Note: {note}" for note in self.notes]

    @property
    def names(self) -> dict[Modality, str]:
        """What to call each chosen series in a sentence and in a record."""
        return {modality: choice.volume.stack.name for modality, choice in self.choices.items()}

    def origin(self, images: "Mapping[Modality, sitk.Image]") -> Origin:
        """Describe images of this study for a record: the series that they are, those left out, and the notes.

        Args:
            images: What `load` gave, or some of it.
        """
        plain = origin_of(images, self.names)
        inputs = {
            modality: {**told, "dicom": self.choices[modality].as_dict()} for modality, told in plain.inputs.items()
        }
        return Origin(inputs, tuple(refusal.as_dict() for refusal in self.refused), self.notes)

    def restricted_to(self, modalities: Subset) -> "Study":
        """Give the same study with some modalities only; what was chosen for the others is left out for that reason."""
        others = [
            Refusal(
                choice.volume.stack.name, choice.volume.stack.head.series_uid, NOT_WANTED.format(DISPLAY_NAMES[one])
            )
            for one, choice in self.choices.items()
            if one not in modalities
        ]
        kept = {one: choice for one, choice in self.choices.items() if one in modalities}
        return replace(self, choices=kept, refused=(*self.refused, *others))


def choose_study(studies: list[Study], uid: str | None) -> Study:
    """Choose the study that was asked for, or the only one that can be used.

    Args:
        studies: From `lckd.dicom.find_studies`.
        uid: Identifier that the user gave, or None.

    Raises:
        InputError: Several can be used and none was named, or the named one is not there.
    """
    if uid is not None:
        found = [study for study in studies if study.uid == uid]
        if not found:
            message = f"There is no study '{uid}' in the folder: give one of {_list(studies)}."
            raise InputError(message)
        return found[0]
    usable = [study for study in studies if study.choices] or studies
    if len(usable) > 1:
        patients = count_patients(study.patient for study in usable)
        of_whom = f"of {patients} patients" if patients > 1 else "of one patient"
        message = f"The folder holds {len(usable)} studies {of_whom}: give --study with one of {_list(usable)}."
        raise InputError(message)
    return usable[0]


def _list(studies: list[Study]) -> str:
    told = [f"{study.uid} ({_describe(study)})" for study in studies[:MOST_TOLD]]
    more = [f"{len(studies) - MOST_TOLD} more"] if len(studies) > MOST_TOLD else []
    return ", ".join([*told, *more])


def _describe(study: Study) -> str:
    day = "-".join(part for part in (study.date[:4], study.date[4:6], study.date[6:8]) if part) or "no date"
    names = [DISPLAY_NAMES[modality] for modality in in_order(study.choices)] if study.choices else ["nothing usable"]
    return f"{day}, {' '.join(names)}"
