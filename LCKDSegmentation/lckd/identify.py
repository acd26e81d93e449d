"""Which MR series is FLAIR, T1, T1ce or T2? Told from names and DICOM tags, always with the reason; never guessed."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeAlias, TypeVar

from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.series_name import Reading, Sequence, read_series_name
from lckd.tag_refusal import refusal_in
from lckd.timing import SHORTEST_FLAIR_INVERSION_MS, read_number, read_times, weighting_of

K = TypeVar("K", bound=Hashable)


class Strength(IntEnum):
    """How much an identification stands on."""

    NOTHING = 0
    TAGS = 1
    NAME = 2


@dataclass(frozen=True)
class Identification:
    """What a series is taken for.

    Attributes:
        name: Name of the series, by which people know it.
        modality: The modality, or None when it is none of the four or when nothing says.
        reason: A sentence for the user.
        strength: What the identification stands on.
    """

    name: str
    modality: Modality | None
    reason: str
    strength: Strength


@dataclass(frozen=True)
class _Source:
    """A text that may say what the series is.

    Attributes:
        title: What to call it in a sentence.
        strength: Strength of what it says.
        can_overrule: Whether its word for something else counts against a modality that an earlier source names.
        is_of_series: Whether it is about this series alone, so that its word on contrast agent counts at any rate.
    """

    title: str
    strength: Strength
    can_overrule: bool = False
    is_of_series: bool = False


NAME = "Name"
SOURCES: dict[str, _Source] = {
    NAME: _Source("Name", Strength.NAME, can_overrule=True, is_of_series=True),
    "SeriesDescription": _Source("Series description", Strength.NAME, can_overrule=True, is_of_series=True),
    "ProtocolName": _Source("Protocol name", Strength.NAME),
    "AcquisitionContrast": _Source("Acquisition contrast", Strength.TAGS),
    "SequenceName": _Source("Sequence name", Strength.TAGS),
    "ImageType": _Source("Image type", Strength.TAGS, can_overrule=True),
}
"""By DICOM keyword, the most telling first; some scanners name the whole examination in the protocol's name."""

KEYWORDS = (
    *(keyword for keyword in SOURCES if keyword != NAME), "Modality", "DiffusionBValue", "ContrastBolusAgent",
    "RepetitionTime", "EchoTime", "InversionTime", "ScanningSequence", "MRAcquisitionType", "BodyPartExamined",
)  # fmt: skip
"""Every tag that `identify` looks at."""

NO_AGENT = {
    "",
    "0",
    "-",
    "n",
    "no",
    "non",
    "none",
    "n/a",
    "na",
    "nein",
    "keine",
    "null",
    "ohne",
    "sans",
    "sin",
    "without",
}
"""What people write into the tag of the contrast agent when there was none."""


@dataclass(frozen=True)
class _Clue:
    source: _Source
    text: str
    reading: Reading

    @property
    def speaks_of_contrast(self) -> bool:
        """Whether it says something of contrast agent in this series."""
        is_said = self.reading.has_contrast is not None
        return is_said and (self.source.is_of_series or self.reading.sequence is not None)

    def __str__(self) -> str:
        return f"{self.source.title} says '{self.text}'"


_Verdict: TypeAlias = tuple[Modality | None, str, Strength]
"""Modality, reason without its full stop, and strength."""

NOTHING_SAYS: _Verdict = (
    None,
    "Neither a name nor the times of the sequence say which modality it is",
    Strength.NOTHING,
)


@dataclass(frozen=True)
class Assignment(Generic[K]):
    """Which candidate is which modality.

    Attributes:
        chosen: The candidate of each modality that exactly one claims.
        reasons: Why, for each modality of `chosen`.
        questions: A sentence for each modality that several claim.
        left_out: A sentence for each candidate that claims nothing, or a modality that the user has chosen already.
    """

    chosen: dict[Modality, K] = field(default_factory=dict)
    reasons: dict[Modality, str] = field(default_factory=dict)
    questions: dict[Modality, str] = field(default_factory=dict)
    left_out: dict[K, str] = field(default_factory=dict)


def identify(name: str, tags: Mapping[str, str]) -> Identification:
    """Tell which modality a series is.

    A name decides before the times of the sequence do. T1 becomes T1ce by any word for contrast agent, or by its tag
    unless a name says that there was none; the other modalities stay what they are after contrast agent.

    Args:
        name: Name of the volume or of its file.
        tags: Values by DICOM keyword, see `KEYWORDS`; those that are missing or empty say nothing.

    Returns:
        The modality or None, with the reason.
    """
    clues = _clues(name, tags)
    if weighting_of(read_times(tags), tags):
        clues = [clue for clue in clues if not clue.reading.is_double_echo]
    modality, reason, strength = _refuse(clues, tags) or _read(clues, tags) or _time(clues, tags) or NOTHING_SAYS
    return Identification(name, modality, f"{reason}.", strength)


def _clues(name: str, tags: Mapping[str, str]) -> list[_Clue]:
    """Read all that is written, the most telling first."""
    texts = {keyword: name if keyword == NAME else tags.get(keyword, "") for keyword in SOURCES}
    return [_Clue(SOURCES[key], text.strip(), read_series_name(text)) for key, text in texts.items() if text.strip()]


def _refuse(clues: list[_Clue], tags: Mapping[str, str]) -> _Verdict | None:
    """Say why the series is none of the four, whatever else is written."""
    kind = tags.get("Modality", "").strip().upper()
    if kind not in {"", "MR"}:
        return None, f"DICOM modality is {kind}, not MR", Strength.TAGS
    told = refusal_in(tags)
    if told:
        return None, told, Strength.TAGS
    if read_number(tags.get("DiffusionBValue", "")) > 0:
        return None, "The diffusion b-value is not 0: diffusion, none of FLAIR, T1, T1ce and T2", Strength.TAGS
    clue = next((clue for clue in clues if clue.source.can_overrule and clue.reading.refusal), None)
    return (None, f"{clue}: {clue.reading.refusal}", clue.source.strength) if clue else None


def _read(clues: list[_Clue], tags: Mapping[str, str]) -> _Verdict | None:
    """Let the first text decide that names a sequence or something else."""
    clue = next((clue for clue in clues if clue.reading.sequence or clue.reading.refusal), None)
    if clue is None:
        return None
    strength = clue.source.strength
    if clue.reading.sequence is None:
        return None, f"{clue}: {clue.reading.refusal}", strength
    inversion_ms = read_times(tags).inversion_ms
    if clue.reading.sequence == "flair" and 0 < inversion_ms < SHORTEST_FLAIR_INVERSION_MS:
        return None, f"{clue}, but inversion time {inversion_ms:g} ms is that of STIR", strength
    return *_with_contrast(clue.reading.sequence, str(clue), clues, tags), strength


def _time(clues: list[_Clue], tags: Mapping[str, str]) -> _Verdict | None:
    """Let the times of the sequence decide."""
    times = read_times(tags)
    weighting = weighting_of(times, tags)
    if weighting is None:
        return None
    reason = f"{times} are those of {weighting.name}"
    if weighting.sequence is None:
        return None, f"{reason}, none of FLAIR, T1, T1ce and T2", Strength.TAGS
    return *_with_contrast(weighting.sequence, reason, clues, tags), Strength.TAGS


def _with_contrast(
    sequence: Sequence, reason: str, clues: list[_Clue], tags: Mapping[str, str]
) -> tuple[Modality, str]:
    """Tell T1 from T1ce, and add why to the reason; FLAIR and T2 stay what they are after contrast agent."""
    if sequence != "t1":
        return sequence, reason
    agent = tags.get("ContrastBolusAgent", "").strip()
    hint = next((clue for clue in clues if clue.speaks_of_contrast), None)
    if hint:
        said = reason if str(hint) == reason else f"{reason}; {str(hint)[0].lower()}{str(hint)[1:]}"
        return ("t1ce", said) if hint.reading.has_contrast else ("t1", f"{said}; that is without contrast agent")
    if agent.casefold() not in NO_AGENT and read_series_name(agent).has_contrast is not False:
        return "t1ce", f"{reason}; a contrast agent was given ('{agent}')"
    return "t1", f"{reason}; no sign of a contrast agent was seen"


def assign(candidates: Mapping[K, Identification], already: Mapping[Modality, K] | None = None) -> Assignment[K]:
    """Give each modality the one candidate that claims it; where several do, ask.

    Args:
        candidates: Identifications by key, in any order.
        already: What the user has chosen: it stands, and is proposed for nothing else.

    Returns:
        The proposals for modalities that the user has not chosen, the questions, and why the rest was left out.
    """
    already = already or {}
    free = {key: found for key, found in candidates.items() if key not in set(already.values())}
    result = Assignment[K]()
    for modality in MODALITIES:
        claims = [key for key, found in free.items() if found.modality == modality and modality not in already]
        if len(claims) == 1:
            result.chosen[modality] = claims[0]
            result.reasons[modality] = free[claims[0]].reason
        elif claims:
            result.questions[modality] = _question(modality, [free[key].name for key in claims])
    for key in sorted(free, key=lambda key: free[key].name):
        found = free[key]
        if found.modality is None:
            result.left_out[key] = found.reason
        elif found.modality in already:
            result.left_out[key] = f"{found.reason} {DISPLAY_NAMES[found.modality]} has been chosen already."
    return result


def _question(modality: Modality, names: list[str]) -> str:
    *others, last = (f"'{name}'" for name in sorted(names))
    title = DISPLAY_NAMES[modality]
    return f"{len(names)} volumes look like {title}, {', '.join(others)} and {last}: choose one of them."
