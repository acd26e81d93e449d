"""The texts that may say what an MR series is, the most telling first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from lckd.series.series_name import Reading, read_series_name


class Strength(IntEnum):
    """How much an identification stands on."""

    NOTHING = 0
    TAGS = 1
    NAME = 2


@dataclass(frozen=True)
class Source:
    """A text that may say what the series is.

    Attributes:
        title: What to call it in a sentence.
        strength: Strength of what it says.
        can_overrule: Whether its word for something else counts against a modality that an earlier source names.
        is_of_series: Whether it is about this series alone, so that its word on contrast agent counts at any rate.
        is_of_scanner: Whether the scanner wrote it, which does not mistake its own sequences.
    """

    title: str
    strength: Strength
    can_overrule: bool = False
    is_of_series: bool = False
    is_of_scanner: bool = False


NAME = "Name"
SOURCES: dict[str, Source] = {
    NAME: Source("Name", Strength.NAME, can_overrule=True, is_of_series=True),
    "SeriesDescription": Source("Series description", Strength.NAME, can_overrule=True, is_of_series=True),
    "ProtocolName": Source("Protocol name", Strength.NAME),
    "AcquisitionContrast": Source("Acquisition contrast", Strength.TAGS, is_of_scanner=True),
    "SequenceName": Source("Sequence name", Strength.TAGS, is_of_scanner=True),
    "ImageType": Source("Image type", Strength.TAGS, can_overrule=True),
}
"""By DICOM keyword, the most telling first; some scanners name the whole examination in the protocol's name."""

AGENT = "ContrastBolusAgent"
NO_AGENT = {
    "0", "-", "n", "no", "non", "none", "n/a", "na", "nein", "keine", "null", "ohne", "sans", "sin", "without",
}  # fmt: skip
"""What people write into the tag of the contrast agent when there was none."""


@dataclass(frozen=True)
class Clue:
    """A text and what it says.

    Attributes:
        source: Where it stands.
        text: The text.
        reading: What it says.
    """

    source: Source
    text: str
    reading: Reading

    @property
    def speaks_of_contrast(self) -> bool:
        """Whether it says something of contrast agent in this series."""
        is_said = self.reading.has_contrast is not None
        return is_said and (self.source.is_of_series or self.reading.sequence is not None)

    def __str__(self) -> str:
        return f"{self.source.title} says '{self.text}'"

    @property
    def within_a_sentence(self) -> str:
        """What it says, in small letters at the beginning."""
        return f"{str(self)[0].lower()}{str(self)[1:]}"


def clues_of(name: str, tags: Mapping[str, str]) -> list[Clue]:
    """Read all that is written, the most telling first."""
    texts = {keyword: name if keyword == NAME else tags.get(keyword, "") for keyword in SOURCES}
    return [Clue(SOURCES[key], text.strip(), read_series_name(text)) for key, text in texts.items() if text.strip()]


def agent_in(tags: Mapping[str, str]) -> str:
    """Read which contrast agent was given; empty where none was, or nothing says."""
    agent = tags.get(AGENT, "").strip()
    is_none = agent.casefold() in NO_AGENT or read_series_name(agent).has_contrast is False
    return "" if is_none else agent
