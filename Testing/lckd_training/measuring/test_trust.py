"""What is learnt of how far results can be trusted, and how it is judged."""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from lckd.cli import run_command
from lckd.errors import InputError
from lckd.modality import SUBSETS
from lckd.network.network import PRESETS, build_network
from lckd.region import REGIONS
from lckd.weights.card import Card, read_card, write_card
from lckd.weights.load import save_model
from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.commands import calibrate as command
from lckd_training.commands.evaluate import add_parser as add_evaluate
from lckd_training.measuring.score import CaseScore
from lckd_training.measuring.trust import calibrate, judge


def some_scores(seed: int, *, patients: int = 8, noise: float = 0.02) -> list[CaseScore]:
    """Results whose Dice is half the network's own estimate plus a tenth per modality."""
    rng = np.random.default_rng(seed)
    scores = []
    for number in range(patients):
        for subset in SUBSETS:
            own = rng.uniform(0.2, 1.0, len(REGIONS))
            reached = np.clip(0.5 * own + 0.1 * len(subset) + rng.normal(0, noise, len(REGIONS)), 0, 1)
            dice, estimated = (dict(zip(REGIONS, values.tolist(), strict=True)) for values in (reached, own))
            scores.append(CaseScore(f"p{number}", subset, dice, dict.fromkeys(REGIONS), 5.0, 5.0, estimated))
    return scores


def test_the_rule_behind_the_results_is_found() -> None:
    trust = calibrate(some_scores(0), cohort="made up")
    assert (trust.cohort, trust.patients, len(trust.usual)) == ("made up", 8, len(SUBSETS))
    for line in trust.lines.values():
        assert line.own == pytest.approx(0.5, abs=0.05)
        assert line.half_width < 0.12


def test_estimates_hold_on_other_patients_of_the_kind() -> None:
    judged = judge(some_scores(1), calibrate(some_scores(0), cohort="made up"))
    for region in REGIONS:
        assert judged[region]["results"] == 8 * len(SUBSETS)
        assert judged[region]["correlation"] > 0.9
        assert judged[region]["mean_error"] < judged[region]["mean_error_usual"]
        assert 0.6 < judged[region]["within"] <= 1.0


def test_scores_without_own_estimates_are_not_judged() -> None:
    old = [dataclasses.replace(score, own_dice={}) for score in some_scores(1)]
    assert judge(old, calibrate(some_scores(0), cohort="made up"))["ET"]["results"] == 0


def test_three_patients_are_too_few() -> None:
    with pytest.raises(InputError, match="3 patients are too few"):
        calibrate(some_scores(0, patients=3), cohort="few")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder, config = tmp_path / "weights", PRESETS["tiny"]
    seen = [{"part": "real", "cases": 1, "names": ["BraTS20_Synthetic_0000007"]}]
    card = Card("tiny", "tiny", dataclasses.asdict(config), spacing_mm=4.0, tensors_sha256="", cohorts=seen)
    save_model(folder, build_network(config), card)
    return folder


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    for seed in range(4):
        write_case(SyntheticCase(seed, spacing_mm=5.0), tmp_path / "patients")
    return tmp_path / "patients"


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    command.add_parser(subparsers)
    add_evaluate(subparsers)
    return run_command(parser, [str(word) for word in words])


@pytest.mark.slow
def test_the_card_learns_and_an_evaluation_judges_it(weights: Path, patients: Path, tmp_path: Path) -> None:
    assert run("calibrate", "--data", patients, "--weights", weights, "--name", "four") == 0
    trust = read_card(weights).trust
    assert trust is not None
    assert (trust.cohort, trust.patients) == ("four", 4)
    assert run("evaluate", "--data", patients, "--weights", weights, "--out", tmp_path / "out") == 0
    table = json.loads((tmp_path / "out" / "table.json").read_text())
    assert table["trust"]["WT"]["results"] == 4 * len(SUBSETS)
    assert "Estimated without the truth" in (tmp_path / "out" / "table.md").read_text()
    assert (tmp_path / "out" / "trust.png").stat().st_size > 10_000


@pytest.mark.slow
def test_patients_that_the_weights_learnt_from_are_refused(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(SyntheticCase(7, spacing_mm=5.0), tmp_path / "seen")
    assert run("calibrate", "--data", tmp_path / "seen", "--weights", weights) == 2
    assert "BraTS20_Synthetic_0000007" in capsys.readouterr().err
    assert read_card(weights).trust is None


def test_the_side_of_the_election_is_what_a_card_learns_from() -> None:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    assert parser.parse_args(["calibrate", "--data", "x", "--weights", "base"]).part == "elect"


def test_patients_of_the_cards_own_table_are_refused(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(SyntheticCase(9, spacing_mm=5.0), tmp_path / "measured")
    name = SyntheticCase(9).name
    write_card(dataclasses.replace(read_card(weights), validation={"cohort": {"names": [name]}}), weights)
    assert run("calibrate", "--data", tmp_path / "measured", "--weights", weights) == 2
    assert f"measured on {name}" in capsys.readouterr().err
