"""What a card lets a user expect of a subset."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lckd.errors import InputError, WeightsError
from lckd.modality import MODALITIES, SUBSETS, Subset, subset_name
from lckd.region import REGIONS
from lckd.weights.card import Card, read_card
from lckd.weights.expectation import ExpectedDice, describe, expect
from lckd.weights.folder import default_weights


def a_row(subset: Subset, *dice: float, n: int = 6) -> dict[str, Any]:
    return {"subset": list(subset), "n": n, "dice": dict(zip(REGIONS, dice, strict=True))}


def a_table(*rows: dict[str, Any], name: str = "site A") -> dict[str, Any]:
    return {"cohort": {"name": name}, "subsets": list(rows)}


FLAIR = a_row(("flair",), 0.30, 0.50, 0.80)
WITH_T1CE = a_row(("flair", "t1ce"), 0.65, 0.68, 0.79)
WITH_T2 = a_row(("flair", "t2"), 0.32, 0.50, 0.88)
NOT_MEASURED: dict[str, Any] = {"subset": ["flair", "t1"], "n": 0, "dice": dict.fromkeys(REGIONS)}


@pytest.fixture
def card_with() -> Callable[..., Card]:
    def make(**tables: dict[str, Any]) -> Card:
        card = Card(name="small", preset="tiny", network={}, spacing_mm=2.0, tensors_sha256="")
        return replace(card, **tables)  # type: ignore[arg-type]  # the tables are the only fields given

    return make


@pytest.fixture(scope="module")
def the_card() -> Card:
    return read_card(default_weights())


def test_an_image_that_is_not_what_it_is_given_as_makes_the_expectation_void(the_card: Card) -> None:
    expectation = expect(the_card, ("flair", "t1ce"))
    void = describe(expectation, doubted=("flair", "t1ce"))
    (added,) = [sentence for sentence in void if sentence not in describe(expectation)]
    assert added.startswith("It does not hold here, since FLAIR and T1ce may not be what the weights know")


@pytest.mark.parametrize("subset", SUBSETS, ids=subset_name)
def test_the_shipped_card_knows_what_to_expect_of_every_subset(the_card: Card, subset: Subset) -> None:
    expectation = expect(the_card, subset)
    assert {region: dice.mean for region, dice in expectation.dice.items()} == the_card.expected_dice(subset)
    assert all(dice.spread and dice.interval for dice in expectation.dice.values())
    assert (expectation.cohort, expectation.is_synthetic) == (the_card.validation["cohort"]["name"], False)
    assert expectation.patients == the_card.validation["cohort"]["n"]
    assert expectation.teachers == the_card.teachers
    assert (subset == MODALITIES) <= (expectation.most_useful is None)


def test_the_shipped_card_would_rather_have_t1ce_than_any_other(the_card: Card) -> None:
    expectation = expect(the_card, ("t1", "flair"))
    assert expectation.most_useful is not None
    assert expectation.most_useful.modality == "t1ce"
    said = describe(expectation)
    assert said[2] == "Teachers: ET T1ce (not given), TC T1ce (not given), WT FLAIR."
    assert said[3].startswith("Adding T1ce would raise ET by ")
    assert said[3].endswith(f"(Dice, mean of {expectation.patients} real patients).")


def test_mean_spread_and_interval_are_those_of_the_row(card_with: Callable[..., Card]) -> None:
    spreads = {"dice_sd": {"ET": 0.2}, "dice_ci": {"ET": [0.1, 0.5], "TC": None}}
    expectation = expect(card_with(validation=a_table({**FLAIR, **spreads})), ("flair",))
    assert expectation.dice["ET"] == ExpectedDice(0.3, 0.2, (0.1, 0.5))
    assert expectation.dice["TC"] == ExpectedDice(0.5, None, None)


def test_the_most_useful_modality_raises_the_mean_over_the_regions_most(card_with: Callable[..., Card]) -> None:
    expectation = expect(card_with(validation=a_table(FLAIR, NOT_MEASURED, WITH_T2, WITH_T1CE)), ("flair",))
    useful = expectation.most_useful
    assert useful is not None
    assert (useful.modality, useful.patients) == ("t1ce", 6)
    assert useful.gains == pytest.approx({"ET": 0.35, "TC": 0.18, "WT": -0.01})
    assert describe(expectation) == (
        "Expected Dice of FLAIR: ET 0.30, TC 0.50, WT 0.80.",
        "Mean of 6 real patients: site A.",
        "Teachers: not elected.",
        "Adding T1ce would raise ET by 0.35, TC by 0.18, and lower WT by 0.01 (Dice, mean of 6 real patients).",
    )


def test_what_hardly_helps_is_not_said_to_help(card_with: Callable[..., Card]) -> None:
    barely = a_row(("flair", "t2"), 0.32, 0.50, 0.80)
    expectation = expect(card_with(validation=a_table(FLAIR, barely)), ("flair",))
    assert expectation.most_useful is None
    assert describe(expectation)[-1] == "No other modality was measured to raise the mean Dice by 0.01 or more."


def test_another_number_of_patients_behind_a_gain_is_said(card_with: Callable[..., Card]) -> None:
    fewer = {**WITH_T1CE, "n": 1}
    said = describe(expect(card_with(validation=a_table(FLAIR, fewer)), ("flair",)))
    assert said[-1].endswith("(Dice, mean of 1 real patient with it and 6 without).")


def test_synthetic_patients_are_never_taken_for_real_ones(card_with: Callable[..., Card]) -> None:
    tables = {"validation": a_table(WITH_T1CE), "synthetic_validation": a_table(FLAIR, WITH_T1CE, name="made")}
    expectation = expect(card_with(**tables), ("flair",))
    assert (expectation.is_synthetic, expectation.cohort) == (True, "made")
    said = describe(expectation)
    assert said[1:3] == ("Mean of 6 synthetic patients: made.", "Synthetic patients say little about real ones.")
    assert "6 synthetic patients" in said[-1]
    assert not expect(card_with(**tables), ("flair", "t1ce")).is_synthetic


@pytest.mark.parametrize(
    "table", [{}, a_table(), a_table(WITH_T1CE), a_table({**FLAIR, **NOT_MEASURED, "subset": ["flair"]})]
)
def test_what_was_not_measured_is_said(card_with: Callable[..., Card], table: dict[str, Any]) -> None:
    expectation = expect(card_with(validation=table), ("flair",))
    assert (expectation.dice, expectation.patients, expectation.most_useful) == ({}, 0, None)
    assert describe(expectation) == (
        "What to expect of FLAIR is not known: these weights were not measured with it.",
        "Teachers: not elected.",
    )


@pytest.mark.parametrize(
    "damaged",
    [
        {"subsets": 7},
        {"subsets": ["flair"]},
        {"subsets": [FLAIR]},
        a_table({"subset": ["flair"], "n": 6}),
        a_table({**FLAIR, "n": "6"}),
        a_table({**FLAIR, "dice": dict.fromkeys(REGIONS, 30.0)}),
        a_table({**FLAIR, "dice": dict.fromkeys(REGIONS, float("nan"))}),
        a_table({**FLAIR, "dice": dict.fromkeys(REGIONS)}),
        a_table({**FLAIR, "dice_sd": []}),
        a_table({**FLAIR, "dice_ci": {"ET": [0.1]}}),
        a_table(FLAIR, {"subset": ["flair", "t1"], "n": 6, "dice": {"ET": 0.5}}),
    ],
)
def test_a_damaged_table_is_refused_in_a_sentence(
    card_with: Callable[..., Card], damaged: dict[str, Any], assert_one_sentence: Callable[[str], None]
) -> None:
    with pytest.raises(WeightsError, match="The table on the card of 'small' is damaged") as refusal:
        expect(card_with(validation=damaged), ("flair",))
    assert_one_sentence(str(refusal.value))


def test_no_modality_is_refused(the_card: Card) -> None:
    with pytest.raises(InputError, match="No modality was given"):
        expect(the_card, ())
