"""What speaks against a modality that a name or a tag has claimed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lckd.modality import Modality
from lckd.series.clues import AGENT, Clue, agent_in
from lckd.series.series_name import COMBINATIONS, Sequence
from lckd.series.timing import read_times, weighting_of


@dataclass(frozen=True)
class Contradiction:
    """Something that is written of a series and does not fit what it was taken for.

    Attributes:
        text: What it says, to follow "but".
        is_strong: Whether a person has to decide: it is about this very series, or comes from the scanner.
    """

    text: str
    is_strong: bool


def find_contradiction(modality: Modality, clues: list[Clue], tags: Mapping[str, str]) -> Contradiction | None:
    """Find what speaks most against a modality.

    Args:
        modality: What the first of the clues, or else the times, say that the series is.
        clues: All that is written of the series.
        tags: Values by DICOM keyword.

    Returns:
        The first strong contradiction, else the first one, or None.
    """
    sequence: Sequence = "t1" if modality == "t1ce" else modality
    found = [*_in_words(sequence, clues), *_in_times(sequence, tags), *_in_contrast(modality, clues, tags)]
    return next((one for one in found if one.is_strong), found[0] if found else None)


def _in_words(sequence: Sequence, clues: list[Clue]) -> Iterator[Contradiction]:
    for clue in clues:
        other = clue.reading.sequence
        if other and other != sequence and COMBINATIONS.get((sequence, other)) != sequence:
            yield Contradiction(clue.within_a_sentence, clue.source.is_of_series or clue.source.is_of_scanner)
        elif clue.reading.refusal and clue.source.is_of_scanner:
            yield Contradiction(f"{clue.within_a_sentence}: {clue.reading.refusal}", is_strong=True)


def _in_times(sequence: Sequence, tags: Mapping[str, str]) -> Iterator[Contradiction]:
    """Compare with the times, but for FLAIR without its inversion time, which looks like T2."""
    times = read_times(tags)
    weighting = weighting_of(times, tags)
    if weighting is None or weighting.sequence == sequence:
        return
    if (sequence, weighting.sequence, times.inversion_ms) != ("flair", "t2", 0.0):
        text = f"{str(times)[0].lower()}{str(times)[1:]} are those of {weighting.name}"
        yield Contradiction(text, is_strong=weighting.sequence is not None)


def _in_contrast(modality: Modality, clues: list[Clue], tags: Mapping[str, str]) -> Iterator[Contradiction]:
    """Compare with every word on contrast agent; its tag is often filled in once for a whole examination."""
    if modality not in {"t1", "t1ce"}:
        return
    is_said = [clue for clue in clues if clue.speaks_of_contrast]
    for clue in is_said:
        if clue.reading.has_contrast != (modality == "t1ce"):
            yield Contradiction(clue.within_a_sentence, clue.source.is_of_series)
    if is_said and tags.get(AGENT, "").strip() and bool(agent_in(tags)) != (modality == "t1ce"):
        yield Contradiction(f"the tag of the contrast agent says '{tags[AGENT].strip()}'", is_strong=False)
