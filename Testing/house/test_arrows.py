"""Who may import whom: what Resources/architecture.md rules out is refused by the linter, or found in the sources."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

LCKD = "LCKDSegmentation/lckd/grid.py"
PANEL = "LCKDSegmentation/LCKDSegmentationLib/panel.py"
PAGE = "LCKDSegmentation/lckd_app/page/layout.py"
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
    (LCKD, "lckd_app", "TID251"),
    (PANEL, "lckd_app", "TID251"),
    (PAGE, "qt", "TID251"),
    (PAGE, "lckd_training", "TID251"),
    (PAGE, "LCKDSegmentation", "TID251"),
    (PAGE, "LCKDSegmentationLib.runview", "TID251"),
    (PAGE, "LCKDSegmentationLib.startup", "TID251"),
    (PAGE, "torch", "TID253"),
    (MODULE, "torch", "TID253"),
    (MODULE, "monai", "TID253"),
    (MODULE, "SimpleITK", "TID253"),
]
LIGHT_MODULES = [
    "lckd", "lckd.errors", "lckd.modality", "lckd.region", "lckd.weights.card",
    "lckd.weights.expectation", "lckd.series.identify", "lckd.weights.store",
    "lckd.dicom", "lckd.dicom.command", "lckd.preprocess", "lckd.preprocess.one_stage",
    "lckd.maps", "lckd.duration", "lckd.dice", "lckd.worker", "lckd.batch.batch_command", "lckd.cli",
    "lckd_app.app_command",
]  # fmt: skip
ROOMS = {
    "pydicom": "dicom", "highdicom": "dicom", "deepbet": "preprocess",
    "dask": "batch", "distributed": "batch", "jinja2": "batch", "matplotlib": "pictures",
}  # fmt: skip
"""The only room of `lckd` that knows a library."""

EVERYWHERE = {"SimpleITK", "nrrd", "numpy", "safetensors", "torch"}
HEAVY = ["torch", "monai", "SimpleITK", "scipy", *ROOMS]


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
        (PAGE, "import slicer\nimport LCKDSegmentationLib.session\n"),
        ("Training/lckd_training/engine/trainer.py", "import lckd\n"),
    ],
    ids=["lckd-torch", "panel-late-torch", "module-slicer", "page-library", "training-lckd"],
)
def test_an_import_along_the_arrows_is_allowed(the_repository: Path, path: str, source: str) -> None:
    assert broken_rules(the_repository, path=path, source=source) == set()


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_what_panel_and_command_open_with_needs_no_heavy_library(module: str) -> None:
    program = f"import sys, {module}; print(*sorted(set({HEAVY}) & set(sys.modules)))"
    path = f"import sys; sys.path.insert(0, 'LCKDSegmentation'); {program}"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", path], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def imported_names(path: Path) -> Iterator[str]:
    """Give all that a source imports, anywhere in it, with dots."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def libraries_of(package: Path) -> dict[str, set[str]]:
    """Give, for each library of others, the packages or modules directly in a package that import it."""
    homes: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        for library in {name.partition(".")[0] for name in imported_names(path)} - {package.name, "None"}:
            if library not in sys.stdlib_module_names:
                homes.setdefault(library, set()).add(path.relative_to(package).with_suffix("").parts[0])
    return homes


def test_a_library_of_one_room_is_imported_nowhere_else(the_repository: Path) -> None:
    homes = libraries_of(the_repository / "LCKDSegmentation" / "lckd")
    assert {library: homes.get(library) for library in ROOMS} == {library: {room} for library, room in ROOMS.items()}


def test_the_core_imports_no_library_that_the_map_does_not_name(the_repository: Path) -> None:
    assert set(libraries_of(the_repository / "LCKDSegmentation" / "lckd")) == {*ROOMS, *EVERYWHERE}


@pytest.mark.parametrize(
    "source", ["import pydicom.uid\n", "from pydicom import dcmread\n", LATE.format(name="pydicom")]
)
def test_no_kind_of_import_of_a_library_is_overlooked(tmp_path: Path, source: str) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "grid.py").write_text(f"import json\n{source}", encoding="utf-8")
    assert libraries_of(tmp_path / "some") == {"pydicom": {"grid"}}


def arrows_between(package: Path) -> dict[str, set[str]]:
    """Give what each package or module directly in a package imports of the others."""
    arrows: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        home = path.relative_to(package).with_suffix("").parts[0]
        parts = [name.split(".") for name in imported_names(path)]
        arrows.setdefault(home, set()).update(names[1] for names in parts if names[0] == package.name and names[1:])
    return {home: targets - {home} for home, targets in arrows.items() if home != "__init__"}


def arrows_of_the_map(root: Path) -> dict[str, set[str]]:
    """Read the table of the training's packages, in its order."""
    text = (root / "Resources" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Inside the training\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", table, re.MULTILINE)
    return {package: set(re.findall(r"`(\w+)`", imports)) for package, imports in rows}


def test_the_packages_of_the_training_import_each_other_as_the_map_says(the_repository: Path) -> None:
    assert arrows_between(the_repository / "Training" / "lckd_training") == arrows_of_the_map(the_repository)


def test_a_package_of_the_training_imports_only_what_stands_above_it(the_repository: Path) -> None:
    above: set[str] = set()
    for package, imports in arrows_of_the_map(the_repository).items():
        assert imports <= above, f"{package} imports what does not stand above it"
        above.add(package)


@pytest.mark.parametrize("package", ["lckd_app", "LCKDSegmentationLib"])
def test_no_room_of_page_and_panel_imports_what_imports_it(the_repository: Path, package: str) -> None:
    TopologicalSorter(arrows_between(the_repository / "LCKDSegmentation" / package)).prepare()  # raises for a circle


@pytest.mark.parametrize(
    "source",
    ["import some.engine.loop\n", "from some import engine\n", "def f() -> None:\n    from some.engine import loop\n"],
    ids=["plain", "from the top", "late"],
)
def test_no_kind_of_import_between_packages_is_overlooked(tmp_path: Path, source: str) -> None:
    (tmp_path / "some" / "cohorts").mkdir(parents=True)
    (tmp_path / "some" / "cohorts" / "case.py").write_text(source, encoding="utf-8")
    assert arrows_between(tmp_path / "some") == {"cohorts": {"engine"}}
