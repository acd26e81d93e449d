"""What the card says of how far a result can be trusted."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from lckd.errors import WeightsError
from lckd.modality import SUBSETS, subset_name
from lckd.region import REGIONS, Region
from lckd.weights.card import Card, read_card, write_card
from lckd.weights.trust import Line, ProbableDice, Trust, doubts, probable_dice

OWN: dict[Region, float] = {"ET": 0.8, "TC": 0.9, "WT": 0.95}


def a_trust(line: Line | None = None) -> Trust:
    usual: dict[str, dict[Region, float]] = {subset_name(s): {"ET": 0.4, "TC": 0.6, "WT": 0.8} for s in SUBSETS}
    lines = dict.fromkeys(REGIONS, line or Line(offset=-0.1, own=0.5, usual=0.5, half_width=0.2))
    return Trust("seven patients", 7, 0.8, lines, usual)


def a_card(trust: Trust | None) -> Card:
    return Card("tiny", "tiny", {}, spacing_mm=4.0, tensors_sha256="", trust=trust)


def test_an_estimate_lies_on_the_line_of_its_region() -> None:
    probable = probable_dice(a_trust(), ("flair", "t1ce"), OWN)
    assert probable["ET"].mean == pytest.approx(-0.1 + 0.5 * 0.8 + 0.5 * 0.4)
    assert (probable["ET"].low, probable["ET"].high) == pytest.approx((0.3, 0.7))


def test_an_estimate_never_leaves_the_range_of_dice() -> None:
    high = probable_dice(a_trust(Line(2.0, 0.0, 0.0, 0.1)), ("t1",), OWN)["WT"]
    low = probable_dice(a_trust(Line(-2.0, 0.0, 0.0, 0.1)), ("t1",), OWN)["WT"]
    assert dataclasses.astuple(high) == (1.0, 1.0, 1.0)
    assert dataclasses.astuple(low) == (0.0, 0.0, 0.0)


def test_the_order_of_the_modalities_does_not_matter() -> None:
    assert probable_dice(a_trust(), ("t2", "flair"), OWN) == probable_dice(a_trust(), ("flair", "t2"), OWN)


def test_weights_that_were_not_calibrated_estimate_nothing() -> None:
    assert probable_dice(None, ("t1",), OWN) == {}
    assert doubts({}) == ()


def test_regions_of_which_little_is_to_be_expected_are_named() -> None:
    (sentence,) = doubts(probable_dice(a_trust(Line(-0.3, 0.5, 0.5, 0.1)), ("t1",), OWN))
    assert sentence == "Do not rely on ET and TC: the probable Dice is ET 0.30, TC 0.45."
    (of_one,) = doubts({"ET": ProbableDice(0.38, 0.2, 0.5)})
    assert of_one == "Do not rely on ET: its probable Dice is 0.38."
    (of_all,) = doubts(probable_dice(a_trust(Line(-1.0, 0.5, 0.5, 0.1)), ("t1",), OWN))
    assert of_all.startswith("Do not rely on ET, TC and WT: ")


def test_the_card_carries_it(tmp_path: Path) -> None:
    write_card(a_card(a_trust()), tmp_path)
    assert read_card(tmp_path).trust == a_trust()


def test_a_card_without_it_is_read(tmp_path: Path) -> None:
    write_card(a_card(None), tmp_path)
    assert read_card(tmp_path).trust is None


@pytest.mark.parametrize("broken", [np.nan, "much", None, 10**400, True])
def test_a_card_whose_trust_is_no_number_is_refused(tmp_path: Path, broken: object) -> None:
    write_card(a_card(a_trust(Line(0.0, broken, 1.0, 0.1))), tmp_path)  # type: ignore[arg-type]
    with pytest.raises(WeightsError, match=r"model\.json.*cannot be used"):
        read_card(tmp_path)


@pytest.mark.parametrize("change", [{"coverage": 5}, {"cohort": ["x"]}, {"patients": "many"}, {"usual": {}}])
def test_a_card_whose_trust_says_what_cannot_be_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    write_card(a_card(dataclasses.replace(a_trust(), **change)), tmp_path)  # type: ignore[arg-type]
    with pytest.raises(WeightsError, match=r"model\.json.*cannot be used"):
        read_card(tmp_path)


def test_an_interval_that_is_upside_down_is_refused(tmp_path: Path) -> None:
    write_card(a_card(a_trust(Line(0.0, 0.5, 0.5, half_width=-0.5))), tmp_path)
    with pytest.raises(WeightsError, match="beyond what it can be"):
        read_card(tmp_path)


@pytest.mark.parametrize("cohorts", [[1, 2], [{"part": "real", "names": 5}]])
def test_a_card_whose_cohorts_are_none_is_refused(tmp_path: Path, cohorts: list[object]) -> None:
    write_card(dataclasses.replace(a_card(None), cohorts=cohorts), tmp_path)  # type: ignore[arg-type]
    with pytest.raises(WeightsError, match="cohorts"):
        read_card(tmp_path)
