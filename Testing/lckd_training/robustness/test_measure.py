"""The table and the figure of what disturbances cost, through the command."""

import argparse
import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lckd.cli import run_command
from lckd.errors import InputError, OutputError
from lckd.network.network import PRESETS, build_network
from lckd.patients.case import Patient
from lckd.preprocess.options import NOTHING
from lckd.region import REGIONS
from lckd.weights.card import Card
from lckd.weights.load import Model, load_model, save_model
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.commands import robustness
from lckd_training.measuring.evaluation import score_case
from lckd_training.reports.robustness import robustness_markdown
from lckd_training.robustness.catalogue import DISTURBANCES
from lckd_training.robustness.disturbance import Disturbance
from lckd_training.robustness.measure import measure_robustness

pytestmark = pytest.mark.slow
CASES = [SyntheticCase(2_000_000, spacing_mm=4.0)]


@pytest.fixture(scope="module")
def the_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, config = tmp_path_factory.mktemp("weights"), PRESETS["tiny"]
    card = Card("tiny", "tiny", dataclasses.asdict(config), spacing_mm=4.0, tensors_sha256="")
    save_model(folder, build_network(config), card)
    return folder


@pytest.fixture(scope="module")
def the_model(the_weights: Path) -> Model:
    return load_model(the_weights)


def test_the_undisturbed_row_is_what_an_evaluation_gives(the_model: Model) -> None:
    table = measure_robustness(CASES, the_model, [], cohort_name="one", device="cpu")
    (clean,) = table["rows"]
    full = score_case(CASES[0], the_model, device="cpu")[-1]
    assert clean["mean"] == pytest.approx(dict(full.dice), abs=1e-4)
    assert table["cohort"] == {"name": "one", "n": 1, "names": [CASES[0].name]}


def test_the_same_seed_gives_the_same_table_whatever_else_is_measured(the_model: Model) -> None:
    chosen = [disturbance for disturbance in DISTURBANCES if disturbance.name in {"noise", "scale"}]
    both = measure_robustness(CASES, the_model, chosen, cohort_name="one", device="cpu")
    noise = measure_robustness(CASES, the_model, chosen[:1], cohort_name="one", device="cpu")
    assert both["rows"][: len(noise["rows"])] == noise["rows"]
    scaled = [row["mean"] for row in both["rows"] if row["name"] == "scale"]
    assert scaled == [pytest.approx(both["rows"][0]["mean"], abs=1e-3)] * 2  # intensities have no unit


def test_a_patient_without_t2_is_refused(the_model: Model) -> None:
    class Incomplete(SyntheticCase):
        def load(self) -> Patient:
            images, labels = super().load()
            return Patient({m: image for m, image in images.items() if m != "t2"}, labels)

    with pytest.raises(InputError, match="has no T2"):
        measure_robustness([Incomplete(2_000_000, 4.0)], the_model, [], cohort_name="one", device="cpu")


def test_brightness_is_evened_out_after_the_disturbance_where_that_is_wanted(the_model: Model) -> None:
    bias = [replace(DISTURBANCES[0], strengths=(0.6,))]
    wanted = replace(NOTHING, correct_bias=True)
    plain, even = (
        measure_robustness(CASES, the_model, bias, cohort_name="one", device="cpu", preparation=preparation)
        for preparation in (NOTHING, wanted)
    )
    assert (plain["preparation"]["correct_bias"], even["preparation"]["correct_bias"]) == (False, True)
    assert plain["rows"][1]["dice"] != even["rows"][1]["dice"]
    assert "brightness evened out (N4)" in robustness_markdown(even)
    assert "N4" not in robustness_markdown(plain)


def test_dice_and_losses_are_told_from_0_to_1() -> None:
    rows = [
        {"name": name, "label": label, "mean": dict.fromkeys(REGIONS, dice)}
        for name, label, dice in (("none", "", 0.905), ("noise", "0.2", 0.854))
    ]
    table = {
        "rows": rows, "cohort": {"name": "one", "n": 1}, "weights": {"name": "base"}, "seed": 0,
        "preparation": {"correct_bias": False},
    }  # fmt: skip
    clean, noisy = robustness_markdown(table).splitlines()[2:4]
    assert clean.endswith("| 0.91 | 0.91 | 0.91 | +0.00 | +0.00 | +0.00 |")
    assert noisy.endswith("| 0.85 | 0.85 | 0.85 | -0.05 | -0.05 | -0.05 |")


def test_disturbances_are_chosen_by_name() -> None:
    assert [one.name for one in robustness.chosen(DISTURBANCES, ["blur", "noise"])] == ["noise", "blur"]
    assert robustness.chosen(DISTURBANCES, None) == list(DISTURBANCES)
    with pytest.raises(InputError, match="no disturbance 'smoke': choose among bias field, noise"):
        robustness.chosen(DISTURBANCES, ["smoke"])


@pytest.mark.parametrize("place", ["patients", "patients/out"])
def test_results_among_the_patients_are_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "patients").mkdir()
    with pytest.raises(OutputError, match=r"lies in that of the patients '.*patients': give one outside of it"):
        robustness.require_apart(tmp_path / place, [str(tmp_path / "patients")])
    robustness.require_apart(tmp_path / "patients-out", ["synthetic:test:3", str(tmp_path / "patients")])


def test_the_command_leaves_table_and_figure(
    tmp_path: Path, the_weights: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    some: tuple[Disturbance, ...] = DISTURBANCES[1:2]
    monkeypatch.setattr("lckd_training.robustness.catalogue.DISTURBANCES", some)
    parser = argparse.ArgumentParser()
    robustness.add_parser(parser.add_subparsers())
    words = ["robustness", "--data", "synthetic:test:1", "--out", str(tmp_path), "--weights", str(the_weights)]
    assert run_command(parser, words) == 0
    table = json.loads((tmp_path / "robustness.json").read_text())
    assert [row["label"] for row in table["rows"]] == ["", "0.02", "0.05", "0.1", "0.2"]
    assert "| noise | 0.05 |" in capsys.readouterr().out
    assert (tmp_path / "robustness.png").stat().st_size > 10_000
