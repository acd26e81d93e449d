"""Who may import whom: that the linter really refuses what Resources/architecture.md rules out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LCKD = "LCKDSegmentation/lckd/grid.py"
PANEL = "LCKDSegmentation/LCKDSegmentationLib/panel.py"
MODULE = "LCKDSegmentation/LCKDSegmentation.py"
LATE = "def f() -> None:\n    import {name}  # noqa: PLC0415\n"

FORBIDDEN = [
    (LCKD, "slicer", "TID251"),
    (LCKD, "qt", "TID251"),
    (LCKD, "vtk", "TID251"),
    (LCKD, "ctk", "TID251"),
    (LCKD, "LCKDSegmentationLib", "TID251"),
    (LCKD, "lckd_training", "TID251"),
    (PANEL, "lckd_training", "TID251"),
    (PANEL, "torch", "TID253"),
    (MODULE, "torch", "TID253"),
    (MODULE, "monai", "TID253"),
    (MODULE, "SimpleITK", "TID253"),
]
LIGHT_MODULES = ["lckd", "lckd.errors", "lckd.modality", "lckd.region", "lckd.card"]


def broken_rules(root: Path, *, path: str, source: str) -> set[str]:
    """Lint a source as if it lay at `path`, and give the codes of the import rules it breaks."""
    options = ["--no-cache", "--output-format=json", "--stdin-filename", path]
    command = [sys.executable, "-m", "ruff", "check", *options, "-"]
    done = subprocess.run(command, cwd=root, input=source, capture_output=True, text=True, check=False)
    return {finding["code"] for finding in json.loads(done.stdout)} & {"TID251", "TID253"}


@pytest.mark.parametrize(("path", "name", "rule"), FORBIDDEN, ids=[f"{Path(p).parts[1]}-{n}" for p, n, _ in FORBIDDEN])
def test_an_import_against_the_arrows_is_refused(the_repository: Path, path: str, name: str, rule: str) -> None:
    assert broken_rules(the_repository, path=path, source=f"import {name}\n") == {rule}


@pytest.mark.parametrize("name", ["slicer", "lckd_training"])
def test_an_import_inside_a_function_does_not_slip_through(the_repository: Path, name: str) -> None:
    assert broken_rules(the_repository, path=LCKD, source=LATE.format(name=name)) == {"TID251"}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (LCKD, "import torch\n"),
        (PANEL, LATE.format(name="torch")),
        (MODULE, "import slicer\n"),
        ("Training/lckd_training/trainer.py", "import lckd\n"),
    ],
    ids=["lckd-torch", "panel-late-torch", "module-slicer", "training-lckd"],
)
def test_an_import_along_the_arrows_is_allowed(the_repository: Path, path: str, source: str) -> None:
    assert broken_rules(the_repository, path=path, source=source) == set()


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_what_the_panel_opens_with_needs_no_heavy_library(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({{'torch', 'monai', 'SimpleITK', 'scipy'}} & set(sys.modules)))"
    path = f"import sys; sys.path.insert(0, 'LCKDSegmentation'); {program}"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", path], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
