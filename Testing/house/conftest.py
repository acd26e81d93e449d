"""What the tests of the house itself look at."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

TEXT_SUFFIXES = {"", ".cff", ".cmake", ".csv", ".json", ".md", ".py", ".toml", ".txt", ".ui", ".yaml", ".yml"}


@pytest.fixture(scope="session")
def source_files(the_repository: Path, repository_files: list[Path]) -> list[Path]:
    """Text files of the repository, beside this software's own licence."""
    licence = the_repository / "LICENSE.txt"
    return [path for path in repository_files if path.suffix in TEXT_SUFFIXES and path != licence]


@pytest.fixture
def a_launcher(the_repository: Path, tmp_path: Path) -> Callable[[], ModuleType]:
    """A maker of `run.py` as a module, in a copy of the folder that holds nothing but what it reads."""
    shutil.copy(the_repository / "run.py", tmp_path)
    shutil.copy(the_repository / "pyproject.toml", tmp_path)
    shutil.copytree(the_repository / "Resources" / "locks", tmp_path / "Resources" / "locks")

    def load() -> ModuleType:
        spec = importlib.util.spec_from_file_location("run", tmp_path / "run.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
