"""CMake installs exactly what lies in the tree: what is not listed is missing in the installed extension."""

import re
from pathlib import Path

import pytest

FOLDERS = ("LCKDSegmentation", "Training")
NOT_INSTALLED = {"CMakeLists.txt", "RESULTS.md", "ruff.toml"}
LISTS = {".py": "MODULE_PYTHON_SCRIPTS"}
OTHER_LIST = "MODULE_PYTHON_RESOURCES"


def listed(cmake: Path, name: str) -> list[str]:
    """Read one list of a CMakeLists.txt: one file a line."""
    match = re.search(rf"^set\({name}\n(.*?)^  \)", cmake.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert match, f"{cmake} has no list {name} of the form 'set({name}', one file a line, '  )'"
    return match[1].replace("${MODULE_NAME}", cmake.parent.name).split()


def is_installed(path: Path) -> bool:
    hidden = any(part.startswith((".", "__pycache__")) or part.endswith(".egg-info") for part in path.parts)
    return not hidden and path.name not in NOT_INSTALLED


def present(folder: Path) -> set[str]:
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if is_installed(path)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_listed_file_exists(the_repository: Path, folder: str) -> None:
    cmake = the_repository / folder / "CMakeLists.txt"
    names = [name for key in (LISTS[".py"], OTHER_LIST) for name in listed(cmake, key)]
    missing = [name for name in names if not (cmake.parent / name).is_file()]
    assert not missing, f"Add these files, or take them out of {folder}/CMakeLists.txt: {', '.join(missing)}"
    assert len(names) == len(set(names)), f"{folder}/CMakeLists.txt lists a file twice"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_that_belongs_to_the_extension_is_listed(the_repository: Path, folder: str) -> None:
    cmake = the_repository / folder / "CMakeLists.txt"
    for name in sorted(present(cmake.parent)):
        key = LISTS.get(Path(name).suffix, OTHER_LIST)
        assert name in listed(cmake, key), f"Add the line '  {name}' to the list {key} in {folder}/CMakeLists.txt"
