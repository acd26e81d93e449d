"""Thousands of hostile inputs, made from a seed; `python -m Testing.hostile.fuzz --help` says how to make more."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from Testing.hostile.fuzz.__main__ import KINDS

SEED = "1"
FEWEST = {"images": 550, "headers": 600, "names": 250, "weights": 450, "tables": 450}
"""How many inputs of each kind are tried at least."""


def assert_tells_good_from_bad(summary: dict[str, Any]) -> None:
    """Hold that good input passed, that every kind of harm was refused, and that not all was refused for being harmed.

    Who refuses everything, or nothing, has no failures either.
    """
    harmful = set(summary["attempts"]) - {"untouched"}
    assert summary["accepted"]["untouched"] == 1
    assert harmful == {maker for maker in harmful if summary["refused"][maker]}
    assert any(summary["accepted"][maker] for maker in harmful)


def test_two_thousand_hostile_inputs_are_tried_at_least() -> None:
    assert sum(FEWEST.values()) >= 2000
    planned = {kind: sum(makers.values()) for kind, makers in KINDS.items()}
    assert all(planned[kind] >= fewest for kind, fewest in FEWEST.items())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is watched through /proc")
@pytest.mark.parametrize("kind", ["images", "headers", "names", "weights", "tables"])
def test_hostile_input_ends_in_one_sentence_and_leaves_nothing_behind(
    kind: str, tmp_path: Path, the_repository: Path, record_property: Callable[[str, object], None]
) -> None:
    command = [sys.executable, "-B", "-m", "Testing.hostile.fuzz", str(tmp_path / kind), "--kind", kind, "--seed", SEED]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=the_repository, env=environment, capture_output=True, text=True, check=False)
    last = (tmp_path / kind / "current").read_text(encoding="utf-8")
    assert done.returncode in {0, 1}, f"{last} ended everything with {done.returncode}: {done.stderr}"
    summary = json.loads(done.stdout)
    assert summary["failures"] == []
    assert_tells_good_from_bad(summary)
    assert sum(summary["attempts"].values()) >= FEWEST[kind]
    record_property("fuzz", [sum(summary["attempts"].values()), summary["processes"], summary["grown_mib"]])
