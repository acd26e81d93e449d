"""What to expect of a subset of modalities, read from the card of the weights before anything is computed.

Real patients come first. What was measured on synthetic ones only is given where there is nothing else, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lckd.dice import with_spread
from lckd.errors import WeightsError, on_one_line
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality, Subset, in_order, subset_title
from lckd.region import REGIONS, Region
from lckd.weights.card import Card

SMALLEST_GAIN = 0.01
"""A modality that raises the mean Dice by less is not worth another scan, and may only seem to raise it."""

_Rows: TypeAlias = dict[Subset, Mapping[str, Any]]


@dataclass(frozen=True)
class ExpectedDice:
    """The Dice of one region, in [0, 1].

    Attributes:
        mean: Mean over the patients.
        spread: Standard deviation from patient to patient, where there are several.
        interval: 95 % interval of the mean, where it is known.
    """

    mean: float
    spread: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class UsefulModality:
    """A modality that would be worth having.

    Attributes:
        modality: The modality.
        gains: What it adds to the mean Dice of each region; below 0 where it takes away.
        patients: How many patients were measured with it.
    """

    modality: Modality
    gains: dict[Region, float]
    patients: int


@dataclass(frozen=True)
class Expectation:
    """What is known of one subset.

    Attributes:
        subset: The modalities that will be given.
        dice: Expected Dice of each region; empty where nothing was measured.
        patients: How many patients were measured.
        cohort: What the table calls them.
        is_synthetic: Whether they are synthetic, which says little about real ones.
        teachers: Elected teacher of each region, given or not; empty before the first election.
        most_useful: The missing modality that raises the mean Dice over the regions most, by `SMALLEST_GAIN` at least.
    """

    subset: Subset
    dice: dict[Region, ExpectedDice]
    patients: int
    cohort: str
    is_synthetic: bool
    teachers: dict[Region, Modality]
    most_useful: UsefulModality | None


def expect(card: Card, subset: Subset) -> Expectation:
    """Look up what to expect of a subset.

    Args:
        card: The card of the weights.
        subset: Modalities that will be given, in any order.

    Raises:
        InputError: The subset is empty or unknown.
        WeightsError: The card's table is damaged.
    """
    chosen = in_order(subset)
    try:
        for table, is_synthetic in ((card.validation, False), (card.synthetic_validation, True)):
            rows = _measured_rows(table)
            if chosen in rows:
                name = on_one_line(str(table["cohort"]["name"]))
                return _expectation(card, rows, chosen, cohort=name, is_synthetic=is_synthetic)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        message = f"The table on the card of '{card.name}' is damaged ({error!r}): copy the weights folder again."
        raise WeightsError(message) from error
    return Expectation(chosen, {}, 0, "", is_synthetic=False, teachers=card.teachers, most_useful=None)


def describe(expectation: Expectation, *, doubted: Subset = ()) -> tuple[str, ...]:
    """Say in short sentences what to expect, who the teachers are, and what would help.

    Args:
        expectation: From `expect`.
        doubted: Modalities whose images do not look like what they are given as.
    """
    title = subset_title(expectation.subset)
    if not expectation.dice:
        unknown = f"What to expect of {title} is not known: these weights were not measured with it."
        return unknown, _teachers_sentence(expectation)
    figures = ", ".join(f"{region} {with_spread(dice.mean, dice.spread)}" for region, dice in expectation.dice.items())
    spread = " ± standard deviation" * any(dice.spread is not None for dice in expectation.dice.values())
    return (
        f"Expected Dice of {title}: {figures}.",
        f"Mean{spread} of {_patients(expectation, expectation.patients)}: {expectation.cohort}.",
        *("Synthetic patients say little about real ones." for _ in range(expectation.is_synthetic)),
        *_doubt_sentences(doubted),
        _teachers_sentence(expectation),
        *_usefulness_sentences(expectation),
    )


def _measured_rows(table: Mapping[str, Any]) -> _Rows:
    """Give the rows of a table that hold figures; a subset that no patient has leaves an empty one."""
    return {tuple(row["subset"]): row for row in table.get("subsets", []) if row["n"] > 0}


def _expectation(card: Card, rows: _Rows, subset: Subset, *, cohort: str, is_synthetic: bool) -> Expectation:
    return Expectation(
        subset,
        {region: _expected_dice(rows[subset], region) for region in REGIONS},
        rows[subset]["n"],
        cohort,
        is_synthetic=is_synthetic,
        teachers=card.teachers,
        most_useful=_most_useful(rows, subset),
    )


def _expected_dice(row: Mapping[str, Any], region: Region) -> ExpectedDice:
    spread = row.get("dice_sd", {}).get(region)
    interval = row.get("dice_ci", {}).get(region)
    return ExpectedDice(
        _share(row["dice"][region]),
        None if spread is None else _share(spread),
        None if interval is None else (_share(interval[0]), _share(interval[1])),
    )


def _share(value: float) -> float:
    """Refuse what is no number in [0, 1].

    Raises:
        ValueError: It is not.
    """
    if not 0 <= value <= 1:
        message = f"{value!r} is not between 0 and 1"
        raise ValueError(message)
    return float(value)


def _most_useful(rows: _Rows, subset: Subset) -> UsefulModality | None:
    with_more = {modality: in_order((*subset, modality)) for modality in MODALITIES if modality not in subset}
    candidates = [
        UsefulModality(modality, _gains(rows[subset], rows[more]), rows[more]["n"])
        for modality, more in with_more.items()
        if more in rows
    ]
    best = max(candidates, key=_mean_gain, default=None)
    return best if best and _mean_gain(best) >= SMALLEST_GAIN else None


def _gains(row: Mapping[str, Any], row_with_more: Mapping[str, Any]) -> dict[Region, float]:
    return {region: _share(row_with_more["dice"][region]) - _share(row["dice"][region]) for region in REGIONS}


def _mean_gain(useful: UsefulModality) -> float:
    return sum(useful.gains.values()) / len(useful.gains)


def _patients(expectation: Expectation, count: int) -> str:
    kind = "synthetic" if expectation.is_synthetic else "real"
    return f"{count} {kind} patient{'s' * (count != 1)}"


def _doubt_sentences(doubted: Subset) -> tuple[str, ...]:
    if not doubted:
        return ()
    names = " and ".join(DISPLAY_NAMES[modality] for modality in doubted)
    return (f"It does not hold here, since {names} may not be what the weights know by that name: see the notes.",)


def _teachers_sentence(expectation: Expectation) -> str:
    teachers = [
        f"{region} {DISPLAY_NAMES[teacher]}{' (not given)' * (teacher not in expectation.subset)}"
        for region, teacher in expectation.teachers.items()
    ]
    return f"Teachers: {', '.join(teachers) or 'not elected'}."


def _usefulness_sentences(expectation: Expectation) -> tuple[str, ...]:
    """Say what the most useful missing modality would add; nothing where none is missing."""
    if expectation.subset == MODALITIES:
        return ()
    useful = expectation.most_useful
    if useful is None:
        return (f"No other modality was measured to raise the mean Dice by {SMALLEST_GAIN:g} or more.",)
    raised = _changes("raise", useful.gains)
    lowered = _changes("lower", {region: -gain for region, gain in useful.gains.items()})
    measured = f"mean of {_patients(expectation, useful.patients)}"
    if useful.patients != expectation.patients:
        measured += f" with it and {expectation.patients} without"
    changes = ", and ".join(change for change in (raised, lowered) if change)
    return (f"Adding {DISPLAY_NAMES[useful.modality]} would {changes} (Dice, {measured}).",)


def _changes(verb: str, gains: Mapping[Region, float]) -> str:
    """Name the regions that visibly gain, such as ``raise ET by 0.35, TC by 0.18``; empty where none does."""
    rounded = {region: round(gain, 2) for region, gain in gains.items()}
    named = ", ".join(f"{region} by {gain:.2f}" for region, gain in rounded.items() if gain > 0)
    return f"{verb} {named}" if named else ""
