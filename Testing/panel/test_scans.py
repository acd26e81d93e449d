"""Clinical scans in the panel: made ready as by the command, and what that needs is installed when it is needed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lckd.region import REGIONS
from Testing.host import Host
from Testing.panel.person import Panel, choose_preparation, node_ids, watch

Finish = Callable[[Panel], str]


@pytest.fixture
def without_deepbet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The background process finds no deepbet, and neither does the panel."""
    (tmp_path / "deepbet.py").write_text("raise ModuleNotFoundError(name='deepbet')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def record_of(panel: Panel) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(panel.ui.outputSelector.currentNode().GetAttribute("LCKDSegmentation.record"))
    return record


def test_making_scans_ready_does_not_count_for_the_time_left(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    from LCKDSegmentationLib.progress import Progress  # noqa: PLC0415 - it needs the application

    assert host
    clock = iter([0.0, 10.0, 70.0, 75.0, 80.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    progress = Progress()
    steps = [("preprocess", 0), ("preprocess", 90), ("prepare", 0), ("encode", 100)]
    told = [progress.at(stage, done, 100)[1] for stage, done in steps]
    assert told[:2] == ["Making the scans ready"] * 2
    assert told[2:] == ["Bringing the images onto one grid, about 57 s left", "Looking at each image, about 8 s left"]


@pytest.mark.parametrize("holds", [True, False])
def test_the_summary_says_when_what_to_expect_does_not_hold(host: Host, *, holds: bool) -> None:
    from LCKDSegmentationLib.result import Result  # noqa: PLC0415 - it needs the application

    assert host
    measured = {region: {"volume_cm3": 1.0} for region in REGIONS}
    record = {"subset": ["t1"], "device": "cpu", "seconds": 2.0, "preprocessing_seconds": 3.0, "measurements": measured}
    told = Result(None, None, {**record, "notes": ["A note."], "expected_dice": {"holds": holds}}).summary
    assert told.startswith("Segmented from T1 in 5.0 s (3.0 s of them to make the scans ready) on cpu.")
    void = "A note. What to expect does not hold for these images, and no Dice is estimated."
    assert told.endswith("A note." if holds else void)


@pytest.mark.slow
def test_by_itself_the_panel_looks_and_leaves_prepared_volumes_alone(
    host: Host, assigned: Panel, finish: Finish
) -> None:
    seen = watch(assigned)
    host.click(assigned.ui.applyButton)
    finish(assigned)
    steps = record_of(assigned)["preprocessing"]
    assert {step["step"] for step in steps} == {"strip", "register"}
    assert not any(step["was_done"] for step in steps)
    assert any(text.startswith("Making the scans ready") for _value, text in seen)


@pytest.mark.slow
def test_prepared_volumes_are_not_even_looked_at(host: Host, assigned: Panel, finish: Finish) -> None:
    choose_preparation(host, assigned, "Prepared: take them as they are")
    host.click(assigned.ui.applyButton)
    finish(assigned)
    assert record_of(assigned)["preprocessing"] == []


@pytest.mark.slow
def test_evened_brightness_is_told_in_the_record(host: Host, assigned: Panel, finish: Finish) -> None:
    choose_preparation(host, assigned, "Prepared: take them as they are")
    host.click(assigned.ui.correctBiasCheckBox)
    host.click(assigned.ui.applyButton)
    finish(assigned)
    done = [step["modality"] for step in record_of(assigned)["preprocessing"] if step["step"] == "bias"]
    assert done == ["flair", "t1", "t1ce", "t2"]


@pytest.mark.slow
@pytest.mark.usefixtures("without_deepbet")
def test_what_removes_skulls_is_offered_once_a_skull_is_there(
    host: Host, assigned: Panel, finish: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    from LCKDSegmentationLib import install  # noqa: PLC0415 - it needs the application

    before = node_ids(host)
    choose_preparation(host, assigned, "Clinical: register, remove skulls")
    host.click(assigned.ui.applyButton)
    assert "deepbet, which removes it, is not installed" in finish(assigned)
    assert node_ids(host) == before
    assert host.dialogs == []
    asked: list[str] = []
    monkeypatch.setattr(install, "_ensure_packages", lambda file: asked.append(file.name))
    host.click(assigned.ui.applyButton)
    finish(assigned)
    assert asked == ["requirements.txt", "clinical.txt"]


def test_what_removes_skulls_is_the_extra_of_the_package(the_repository: Path) -> None:
    lines = (the_repository / "LCKDSegmentation/Resources/clinical.txt").read_text(encoding="utf-8").splitlines()
    (requirement,) = [line for line in lines if not line.startswith("#")]
    assert f'clinical = ["{requirement}"]' in (the_repository / "pyproject.toml").read_text(encoding="utf-8")
