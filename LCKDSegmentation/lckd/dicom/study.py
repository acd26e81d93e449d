"""A study: the series that were chosen for each modality, those that were not, and why."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.dicom.choice import Candidate, Choice, choose, is_later_twin
from lckd.dicom.privacy import hide
from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, Modality, Subset, in_order
from lckd.origin import Origin, origin_of
from lckd.series.patient_tags import PatientTags, count_patients

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.patients.case import Patient

UID = re.compile(r"[0-9][0-9.]{0,63}")
NOT_WANTED = "{} is none of the modalities that may be used."
MAY_BE_ENHANCED = "It was taken after {}, which cannot be used: a contrast agent that nobody named may have been given."
NONE_LEFT = "{} is missing, although it was taken: no series of it can be used (see what was left out)."
STANDS_IN = "{} is {}, since {} cannot be used (see what was left out)."
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
        candidates: All volumes that may stand for a modality.
        unusable: What may not, and why.
        remarks: Sentences about its files that the user should read.
        patient: Whose it is; never shown or kept.
    """

    uid: str
    date: str
    candidates: tuple[Candidate, ...]
    unusable: tuple[Refusal, ...]
    remarks: tuple[str, ...] = ()
    patient: PatientTags = field(default=PatientTags(), repr=False)

    @cached_property
    def _chosen(self) -> tuple[dict[Modality, Choice], list[tuple[Candidate, str]]]:
        return choose(self.candidates)

    @property
    def choices(self) -> Mapping[Modality, Choice]:
        """What was chosen for each modality, in their one order."""
        return self._chosen[0]

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """What was not, and why."""
        return (*self.unusable, *(_refuse(one, reason) for one, reason in self._chosen[1]))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that the user should read."""
        return (*self.remarks, *_about_positions(self.choices))

    @property
    def name(self) -> str:
        """A name for files that is unique and says nothing of the patient: the identifier of the study."""
        if UID.fullmatch(self.uid):
            return self.uid
        return f"study-{hashlib.sha256(self.uid.encode(errors='replace')).hexdigest()[:16]}"

    def load(self) -> "Patient":
        """Read the images as `read` does, for whoever does not ask which series they are; there is no label map.

        Raises:
            InputError: There is none that can be used.
        """
        from lckd.patients.case import Patient  # noqa: PLC0415 - choosing needs no SimpleITK

        return Patient(self.read()[1], None)

    def read(self) -> "tuple[Study, dict[Modality, sitk.Image]]":
        """Read the chosen volumes, and in the place of one that cannot be used the next best of its modality.

        Returns:
            This study as it was read, which tells what was left out and why; and its images.

        Raises:
            InputError: None is left; the sentence says why.
        """
        from lckd.dicom.loading import read_volume  # noqa: PLC0415 - choosing needs no SimpleITK

        study, images = self, dict[Modality, "sitk.Image"]()
        while waiting := [modality for modality in study.choices if modality not in images]:
            try:
                images[waiting[0]] = read_volume(study.choices[waiting[0]].volume)
            except InputError as error:  # noqa: PERF203 - each may be damaged
                study = study.without(waiting[0], str(error))
        study.require_choices()
        return replace(study, remarks=(*_about_stand_ins(self.names, study.names), *study.remarks)), images

    def without(self, modality: Modality, reason: str) -> "Study":
        """Give the same study without the volume that was chosen for a modality, and what is chosen then.

        Args:
            modality: The modality.
            reason: A sentence that says why the volume cannot be used; what names the patient is taken out.
        """
        lost = next(one for one in self.candidates if one.volume is self.choices[modality].volume)
        twins = [one for one in self.candidates if is_later_twin(one, lost)]
        refused = [_refuse(lost, hide(reason, self.patient))]
        refused += [_refuse(twin, MAY_BE_ENHANCED.format(lost.name)) for twin in twins]
        left = tuple(one for one in self.candidates if not any(one is other for other in (lost, *twins)))
        study = replace(self, candidates=left, unusable=(*refused, *self.unusable))
        if modality in study.choices:
            return study
        return replace(study, remarks=(NONE_LEFT.format(DISPLAY_NAMES[modality]), *self.remarks))

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

    def files(self, modality: Modality) -> tuple[Path, ...]:
        """List the files that may be read for a modality: those of what was chosen, and of what may take its place."""
        volumes = [one.volume for one in self.candidates if one.identification.modality == modality]
        return tuple(dict.fromkeys(one.path for volume in volumes for one in volume.stack.slices))

    @property
    def provenance(self) -> Origin:
        """What a record tells of this study whatever its voxels are: the series, those left out, and the notes."""
        series = {modality: {"dicom": choice.as_dict()} for modality, choice in self.choices.items()}
        return Origin(series, tuple(refusal.as_dict() for refusal in self.refused), self.notes)

    def origin(self, images: "Mapping[Modality, sitk.Image]") -> Origin:
        """Describe images of this study for a record: the series that they are, those left out, and the notes.

        Args:
            images: What `load` gave, or some of it.
        """
        plain, told = origin_of(images, self.names), self.provenance
        return replace(told, inputs={name: {**one, **told.inputs[name]} for name, one in plain.inputs.items()})

    def restricted_to(self, modalities: Subset) -> "Study":
        """Give the same study with some modalities only; the volumes of the others are left out for that reason."""
        wanted: list[Candidate] = []
        refused = list(self.unusable)
        for one in self.candidates:
            modality = one.identification.modality
            if modality in modalities:
                wanted.append(one)
            elif modality:
                refused.append(_refuse(one, NOT_WANTED.format(DISPLAY_NAMES[modality])))
        return replace(self, candidates=tuple(wanted), unusable=tuple(refused))


def _about_stand_ins(chosen: Mapping[Modality, str], read: Mapping[Modality, str]) -> list[str]:
    """Say of each modality which series took the place of the one that could not be used."""
    return [
        STANDS_IN.format(DISPLAY_NAMES[modality], read[modality], name)
        for modality, name in chosen.items()
        if read.get(modality, name) != name
    ]


def _refuse(one: Candidate, reason: str) -> Refusal:
    return Refusal(one.name, one.volume.stack.head.series_uid, reason)


def _about_positions(choices: Mapping[Modality, Choice]) -> list[str]:
    """Say which series do not share the scanner's frame of reference, so that the head may have moved between them."""
    frames: dict[str, list[str]] = {}
    for modality, choice in choices.items():
        frame = choice.volume.stack.head.texts["FrameOfReferenceUID"]
        frames.setdefault(frame, []).append(DISPLAY_NAMES[modality])
    if len(frames) < 2:  # noqa: PLR2004 - one frame for all
        return []
    groups = " | ".join(" and ".join(names) for names in frames.values())
    return [f"The series were positioned anew in between ({groups}): the head may have moved."]


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
