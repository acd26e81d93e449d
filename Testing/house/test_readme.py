"""The README tells the truth: its commands exist, and its table is the one on the card."""

import re
import shlex
from pathlib import Path

import pytest

from lckd.cli import build_parser
from lckd.weights.card import read_card
from lckd.weights.folder import default_weights
from lckd_training.reports.table import markdown_table

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE) if not kind
]
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line]


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("lckd ")])
def test_every_lckd_command_of_the_readme_is_understood(command: str) -> None:
    assert callable(build_parser().parse_args(shlex.split(command)[1:]).run)


@pytest.mark.parametrize("command", [line for line in COMMANDS if "--python-script" in line])
def test_every_script_that_slicer_is_told_to_run_exists_and_understands_its_arguments(command: str) -> None:
    words = shlex.split(command)
    script = Path(words[words.index("--python-script") + 1])
    assert (ROOT / script).is_file()
    assert build_parser().parse_args([script.stem, *words[words.index("--") + 1 :]])


def test_the_readme_prints_the_table_of_the_shipped_weights() -> None:
    assert markdown_table(read_card(default_weights()).validation) in README


def test_the_readme_fits_on_a_few_screens() -> None:
    assert len(README.splitlines()) <= 150
