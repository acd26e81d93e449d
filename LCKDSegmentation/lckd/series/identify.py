"""Which MR series is FLAIR, T1, T1ce or T2? Told from names and DICOM tags, always with the reason; never guessed."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.series.clues import NAME, SOURCES, Clue, Strength, agent_in, clues_of
from lckd.series.contradiction import Contradiction, find_contradiction
from lckd.series.series_name import Sequence
from lckd.series.tag_refusal import refusal_in
from lckd.series.timing import SHORTEST_FLAIR_INVERSION_MS, read_number, read_times, weighting_of

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Identification:
    """What a series is taken for.

    Attributes:
        name: Name of the series, by which people know it.
        modality: The modality, or None when it is none of the four or when nothing says.
        reason: A sentence for the user, with what speaks against it.
        strength: What the identification stands on.
        contradiction: What speaks against it, if anything does.
    """

    name: str
    modality: Modality | None
    reason: str
    strength: Strength
    contradiction: Contradiction | None = None


KEYWORDS = (
    *(keyword for keyword in SOURCES if keyword != NAME), "Modality", "DiffusionBValue", "ContrastBolusAgent",
    "RepetitionTime", "EchoTime", "InversionTime", "ScanningSequence", "MRAcquisitionType", "BodyPartExamined",
)  # fmt: skip
"""Every tag that `identify` looks at."""

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
        doubts: A sentence for each modality of `chosen` that something speaks against, though not enough to ask.
        questions: A sentence for each modality that several claim, or one whose tags say something else.
        left_out: A sentence for each candidate that claims nothing, or a modality that the user has chosen already.
    """

    chosen: dict[Modality, K] = field(default_factory=dict)
    reasons: dict[Modality, str] = field(default_factory=dict)
    doubts: dict[Modality, str] = field(default_factory=dict)
    questions: dict[Modality, str] = field(default_factory=dict)
    left_out: dict[K, str] = field(default_factory=dict)


def identify(name: str, tags: Mapping[str, str]) -> Identification:
    """Tell which modality a series is.

    A name decides before the times of the sequence do, and what speaks against it is told. T1 becomes T1ce by any word
    for contrast agent, or by its tag unless a name says that there was none; the other modalities stay what they are
    after contrast agent.

    Args:
        name: Name of the volume or of its file.
        tags: Values by DICOM keyword, see `KEYWORDS`; those that are missing or empty say nothing.

    Returns:
        The modality or None, with the reason.
    """
    clues = clues_of(name, tags)
    if weighting_of(read_times(tags), tags):
        clues = [clue for clue in clues if not clue.reading.is_double_echo]
    modality, reason, strength = _refuse(clues, tags) or _read(clues, tags) or _time(clues, tags) or NOTHING_SAYS
    against = find_contradiction(modality, clues, tags) if modality else None
    told = f"{reason}, but {against.text}." if against else f"{reason}."
    return Identification(name, modality, told, strength, against)


def _refuse(clues: list[Clue], tags: Mapping[str, str]) -> _Verdict | None:
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


def _read(clues: list[Clue], tags: Mapping[str, str]) -> _Verdict | None:
    """Let the first text decide that names a sequence or something else."""
    clue = next((clue for clue in clues if clue.reading.sequence or clue.reading.refusal), None)
    if clue is None:
        return None
    strength = clue.source.strength
    if clue.reading.sequence is None:
        return None, f"{clue}: {clue.reading.refusal}", strength
    inversion_ms = read_times(tags).inversion_ms
    is_short = 0 < inversion_ms < SHORTEST_FLAIR_INVERSION_MS and not _looks_like_t1(tags)
    if clue.reading.sequence == "flair" and is_short:
        return None, f"{clue}, but inversion time {inversion_ms:g} ms is that of STIR", strength
    return *_with_contrast(clue.reading.sequence, str(clue), clues, tags), strength


def _looks_like_t1(tags: Mapping[str, str]) -> bool:
    weighting = weighting_of(read_times(tags), tags)
    return weighting is not None and weighting.sequence == "t1"


def _time(clues: list[Clue], tags: Mapping[str, str]) -> _Verdict | None:
    """Let the times of the sequence decide."""
    times = read_times(tags)
    weighting = weighting_of(times, tags)
    if weighting is None:
        return None
    reason = f"{times} are those of {weighting.name}"
    if weighting.sequence is None:
        return None, f"{reason}, none of FLAIR, T1, T1ce and T2", Strength.TAGS
    return *_with_contrast(weighting.sequence, reason, clues, tags), Strength.TAGS


def _with_contrast(sequence: Sequence, reason: str, clues: list[Clue], tags: Mapping[str, str]) -> tuple[Modality, str]:
    """Tell T1 from T1ce, and add why to the reason; FLAIR and T2 stay what they are after contrast agent."""
    if sequence != "t1":
        return sequence, reason
    hint = next((clue for clue in clues if clue.speaks_of_contrast), None)
    if hint:
        said = reason if str(hint) == reason else f"{reason}; {str(hint)[0].lower()}{str(hint)[1:]}"
        return ("t1ce", said) if hint.reading.has_contrast else ("t1", f"{said}; that is without contrast agent")
    if agent := agent_in(tags):
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
        claims = {key: found for key, found in free.items() if found.modality == modality and modality not in already}
        if len(claims) == 1:
            _decide(result, modality, *claims.items())
        elif claims:
            result.questions[modality] = _question(modality, [found.name for found in claims.values()])
    for key in sorted(free, key=lambda key: free[key].name):
        found = free[key]
        if found.modality is None:
            result.left_out[key] = found.reason
        elif found.modality in already:
            result.left_out[key] = f"{found.reason} {DISPLAY_NAMES[found.modality]} has been chosen already."
    return result


def _decide(result: Assignment[K], modality: Modality, claim: tuple[K, Identification]) -> None:
    """Choose the only one that claims a modality, unless its tags say clearly that it is something else."""
    key, found = claim
    if found.contradiction and found.contradiction.is_strong:
        question = f"Is '{found.name}' {DISPLAY_NAMES[modality]}? {found.reason} Look at it, and choose it yourself."
        result.questions[modality] = question
        return
    result.chosen[modality], result.reasons[modality] = key, found.reason
    if found.contradiction:
        result.doubts[modality] = f"{DISPLAY_NAMES[modality]}: {found.reason}"


def _question(modality: Modality, names: list[str]) -> str:
    *others, last = (f"'{name}'" for name in sorted(names))
    title = DISPLAY_NAMES[modality]
    return f"{len(names)} volumes look like {title}, {', '.join(others)} and {last}: choose one of them."
