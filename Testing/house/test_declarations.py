"""What the files at the root declare agrees with each other and with the tree."""

import ast
import re
import sys
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lckd.cli import MISSING_PACKAGE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

IMPORT_NAMES = {
    "SimpleITK": "simpleitk", "nrrd": "pynrrd", "slicer": "slicer-core", "trame_slicer": "trame-slicer",
    "trame_server": "trame-server", "vtk": "slicer-core", "vtkmodules": "slicer-core",
}  # fmt: skip
LOCKS = ("demo", "app", "test")
PACKAGES = (
    ("LCKDSegmentation", "lckd"), ("LCKDSegmentation", "lckd_app"), ("LCKDSegmentation", "LCKDSegmentationLib"),
    ("Training", "lckd_training"),
)  # fmt: skip
"""Where each package of ours lies."""

DATA_PACKAGES = {"lckd.default_weights", "lckd_app.sample"}
"""Folders of the tree that an installed package carries within itself."""

INSTALLERS = {"pip", "wheel", "lckd"}


@pytest.fixture(scope="module")
def project(the_repository: Path) -> dict[str, Any]:
    """The declaration, `pyproject.toml`."""
    return tomllib.loads((the_repository / "pyproject.toml").read_text(encoding="utf-8"))


def pins(root: Path, *names: str) -> dict[str, list[Requirement]]:
    """Read the pins of locks, by canonical name; one that differs by Python has several."""
    found: dict[str, list[Requirement]] = {}
    for name in names:
        for line in (root / "Resources" / "locks" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line and line[0] not in "#-":
                requirement = Requirement(line)
                found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def imported_names(folder: Path) -> set[str]:
    """Give the top-level names that the sources below a folder import, anywhere in them."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names)


def declared(project: dict[str, Any], *extras: str) -> list[Requirement]:
    """Give the requirements of the package, with those of some extras."""
    optional = project["project"]["optional-dependencies"]
    texts = [*project["project"]["dependencies"], *(text for extra in extras for text in optional[extra])]
    return [Requirement(text) for text in texts]


def distribution_names(folder: Path) -> set[str]:
    """Give the distributions that the sources below a folder import from, ours left out."""
    names = imported_names(folder) - {"lckd", "lckd_app", "lckd_training", "LCKDSegmentationLib"}
    return {canonicalize_name(IMPORT_NAMES.get(name, name)) for name in names}


def test_every_pin_is_exact(the_repository: Path) -> None:
    for requirements in pins(the_repository, *LOCKS, "gpu").values():
        for requirement in requirements:
            assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement


@pytest.mark.parametrize(("full", "light"), [("app", "demo"), ("test", "app"), ("test", "demo")])
def test_a_full_lock_holds_the_lighter_ones(the_repository: Path, full: str, light: str) -> None:
    held = (the_repository / "Resources" / "locks" / f"{full}.txt").read_text(encoding="utf-8").splitlines()
    assert f"-r {LOCKS[LOCKS.index(full) - 1]}.txt" in held
    assert not set(pins(the_repository, light)) & set(pins(the_repository, full))


@pytest.mark.parametrize(
    ("locks", "extras"),
    [
        (["demo"], ["train"]),
        (["demo", "app"], ["train", "app"]),
        ([*LOCKS], ["train", "tensorboard", "dicom", "clinical", "batch", "app", "slicer", "dev"]),
    ],
    ids=LOCKS,
)
def test_a_lock_pins_within_the_declared_ranges(
    the_repository: Path, project: dict[str, Any], locks: list[str], extras: list[str]
) -> None:
    pinned = pins(the_repository, *locks)
    for wanted in declared(project, *extras):
        for pin in pinned[canonicalize_name(wanted.name)]:
            assert wanted.specifier.contains(str(pin.specifier).removeprefix("==")), (str(wanted), str(pin))


def test_nothing_is_installed_that_no_lock_pins(the_repository: Path) -> None:
    if not (the_repository / ".venv" / "installed.txt").exists():
        pytest.skip("this environment was not made by run.py")
    pinned = pins(the_repository, *LOCKS, "gpu")
    installed = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
    assert installed - INSTALLERS <= set(pinned)


def test_the_advice_for_a_missing_package_names_all_that_the_training_needs(project: dict[str, Any]) -> None:
    asked = {wanted.name for wanted in declared(project, "train")} - {"torch", "numpy", "SimpleITK"}
    assert all(name in MISSING_PACKAGE for name in asked), asked


def test_the_package_declares_what_it_imports(the_repository: Path, project: dict[str, Any]) -> None:
    core = {canonicalize_name(wanted.name) for wanted in declared(project, "dicom", "clinical", "batch")}
    training = {canonicalize_name(wanted.name) for wanted in declared(project, "train")}
    assert distribution_names(the_repository / "LCKDSegmentation" / "lckd") <= core
    page = {canonicalize_name(wanted.name) for wanted in declared(project, "app")} | {"slicer-core"}
    assert distribution_names(the_repository / "Training" / "lckd_training") <= training
    assert distribution_names(the_repository / "LCKDSegmentation" / "lckd_app") <= page


def test_every_package_in_the_tree_is_declared(the_repository: Path, project: dict[str, Any]) -> None:
    found = set()
    for home, name in PACKAGES:
        folder = the_repository / home
        found |= {".".join(path.parent.relative_to(folder).parts) for path in (folder / name).rglob("*.py")}
    assert found == set(project["tool"]["setuptools"]["packages"]) - DATA_PACKAGES


def test_every_contributed_command_exists(the_repository: Path, project: dict[str, Any]) -> None:
    for reference in project["project"]["entry-points"]["lckd.commands"].values():
        module, function = reference.split(":")
        home = {name: home for home, name in PACKAGES}[module.partition(".")[0]]
        path = (the_repository / home / module.replace(".", "/")).with_suffix(".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_installed_package_has_the_version_of_the_tree() -> None:
    import lckd  # noqa: PLC0415 - the other tests here must run where it cannot be imported

    assert version("lckd") == lckd.__version__


def test_the_citation_and_the_changelog_know_this_version(the_repository: Path) -> None:
    import lckd  # noqa: PLC0415 - see above

    citation = (the_repository / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (the_repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {lckd.__version__}\n" in citation
    assert "## [Unreleased]" in changelog or f"## [{lckd.__version__}]" in changelog
