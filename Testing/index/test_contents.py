"""What is handed in: its size, what it would install, and what opens with Slicer before anything is installed."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MEGABYTE = 1_000_000
# What every Slicer has, and our own two packages, whose sources are looked at as well.
COMES_WITH_SLICER = {"ctk", "qt", "slicer", "vtk"}
OURS = {"lckd", "LCKDSegmentationLib"}
DECLARATIONS = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign)


@pytest.fixture(scope="module")
def panel(the_repository: Path) -> dict[str, ast.Module]:
    """The sources that Slicer reads when it starts, by name."""
    folder = the_repository / "LCKDSegmentation"
    paths = [folder / "LCKDSegmentation.py", *sorted((folder / "LCKDSegmentationLib").glob("*.py"))]
    return {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="module")
def requirements(the_repository: Path) -> list[Requirement]:
    """What the panel asks to install."""
    file = the_repository / "LCKDSegmentation" / "Resources" / "requirements.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_import_with_a_way_out(node: ast.stmt) -> bool:
    return isinstance(node, ast.Try) and all(
        isinstance(inner, DECLARATIONS) for inner in (*node.body, *(line for way in node.handlers for line in way.body))
    )


def is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports_at_file_scope(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Give the modules that are imported when a source is, with dots; also those within classes and conditions."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif not isinstance(node, ast.FunctionDef | ast.Lambda) and not is_for_type_checkers(node):
            yield from imports_at_file_scope(ast.iter_child_nodes(node))


def test_a_checkout_with_its_history_stays_below_100_megabytes(
    the_repository: Path, repository_files: list[Path]
) -> None:
    command = [shutil.which("git") or "git", "rev-list", "--disk-usage", "--objects", "HEAD"]
    history = subprocess.run(command, cwd=the_repository, check=True, capture_output=True, text=True).stdout
    files = sum(path.stat().st_size for path in repository_files)
    assert int(history) + files < 100 * MEGABYTE


def test_no_file_is_larger_than_16_megabytes(repository_files: list[Path]) -> None:
    assert [path.name for path in repository_files if path.stat().st_size > 16 * MEGABYTE] == []


def test_the_panel_asks_for_oldest_versions_and_never_for_one_version(requirements: list[Requirement]) -> None:
    assert requirements
    for requirement in requirements:
        assert [part.operator for part in requirement.specifier] == [">="], str(requirement)


def test_no_source_of_the_module_names_one_version_of_a_package(the_repository: Path) -> None:
    sources = (the_repository / "LCKDSegmentation").rglob("*.py")
    assert [path.name for path in sources if re.search(r"[\w\]]==\d", path.read_text(encoding="utf-8"))] == []


def test_the_panel_asks_for_what_the_core_needs_but_neither_for_torch_nor_for_what_slicer_has(
    the_repository: Path, requirements: list[Requirement]
) -> None:
    project = tomllib.loads((the_repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    from_elsewhere = {"numpy", "SimpleITK", "torch", "pynrrd"}  # the last is for the command, which writes .seg.nrrd
    needed = {text for text in project["dependencies"] if Requirement(text).name not in from_elsewhere}
    assert {str(requirement) for requirement in requirements} == needed


def test_the_panel_imports_nothing_third_party_at_file_scope(panel: dict[str, ast.Module]) -> None:
    allowed = COMES_WITH_SLICER | OURS | set(sys.stdlib_module_names)
    found = {
        name: {module.partition(".")[0] for module in imports_at_file_scope(tree.body)} for name, tree in panel.items()
    }
    assert {name: modules - allowed for name, modules in found.items() if modules - allowed} == {}


def test_what_the_panel_imports_of_the_core_needs_no_package_at_all(
    the_repository: Path, panel: dict[str, ast.Module]
) -> None:
    names = {name for tree in panel.values() for name in imports_at_file_scope(tree.body)}
    core = sorted(name for name in names if name.partition(".")[0] == "lckd")
    program = f"import sys; sys.path.insert(0, sys.argv[1]); import {', '.join(core)}"
    command = [sys.executable, "-I", "-S", "-c", program, str(the_repository / "LCKDSegmentation")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_runs_when_the_panel_is_imported(panel: dict[str, ast.Module]) -> None:
    for name, tree in panel.items():
        for node in tree.body:
            assert isinstance(node, DECLARATIONS) or any(
                is_harmless(node) for is_harmless in (is_text, is_for_type_checkers, is_import_with_a_way_out)
            ), f"{name}:{node.lineno}"


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn\n",
        "class A:\n    from torch import nn\n",
        "try:\n    import torch\nexcept ImportError:\n    torch = None\n",
    ],
    ids=["plain", "in a class", "tried"],
)
def test_no_kind_of_import_at_file_scope_is_overlooked(source: str) -> None:
    assert {name.partition(".")[0] for name in imports_at_file_scope(ast.parse(source).body)} == {"torch"}


@pytest.mark.parametrize(
    "source",
    ["def f():\n    import torch\n", "if TYPE_CHECKING:\n    import torch\n"],
    ids=["in a function", "for type checkers"],
)
def test_an_import_that_waits_is_allowed(source: str) -> None:
    assert list(imports_at_file_scope(ast.parse(source).body)) == []
