"""CMake configures and installs the extension with a stub for Slicer's macros, and what is installed works there."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STUB = Path(__file__).parent / "stub"
MODULES = "lib/Slicer-5.12/qt-scripted-modules"  # where Slicer looks in the folder of an extension
DESCRIPTION = "share/Slicer-5.12/LCKDSegmentation.s4ext"  # the packaging's own
NOT_INSTALLED = {"CMakeLists.txt", "RESULTS.md", "ruff.toml"}

# Apart from PYTHONPATH and the folder of this process, and without byte code left where the tests look.
ISOLATED = ("-I", "-B")
WITHOUT_PACKAGES = (*ISOLATED, "-S")
READ_THE_CARD = """
import sys
sys.path.insert(0, sys.argv[1])
from lckd.weights.folder import check_folder, default_weights
print(default_weights(), check_folder(default_weights()).spacing_mm)
"""
SHOW_THE_TRAINING_COMMAND = """
import sys
from unittest.mock import MagicMock
sys.path.insert(0, sys.argv[1])
for name in ("ctk", "qt", "slicer", "slicer.i18n", "slicer.parameterNodeWrapper", "slicer.util", "vtk"):
    sys.modules[name] = MagicMock()
from LCKDSegmentationLib.weightsview import training_command
print(training_command())
"""
ASK_A_SCRIPT_FOR_HELP = """
import runpy, sys
sys.argv = [sys.argv[1], "--help"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    ours = [module for name, module in sys.modules.items() if name.partition(".")[0] in {"lckd", "lckd_training"}]
    print(*(module.__file__ for module in ours), sep="\\n", file=sys.stderr)
"""


def run_python(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def run_cmake(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run the CMake of this environment, which the locks pin, so that it is there wherever the tests are."""
    return subprocess.run([sys.executable, "-m", "cmake", *arguments], capture_output=True, text=True, check=False)


def configure(tree: Path, build: Path) -> "subprocess.CompletedProcess[str]":
    stub = (f"-DSlicer_DIR={STUB}", f"-DCMAKE_TOOLCHAIN_FILE={STUB / 'toolchain.cmake'}")
    return run_cmake("-G", "Unix Makefiles", *stub, "-S", tree, "-B", build)


def install(tree: Path, folder: Path) -> Path:
    """Configure and install below a folder, and give the prefix."""
    configured = configure(tree, folder / "build")
    assert configured.returncode == 0, configured.stderr
    installed = run_cmake("--install", folder / "build", "--prefix", folder / "prefix")
    assert installed.returncode == 0, installed.stderr
    return folder / "prefix"


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def the_installed_files(the_repository: Path, repository_files: list[Path]) -> set[str]:
    """All that git holds of the module and of the training, by the places where Slicer looks for it."""
    homes = {the_repository / "LCKDSegmentation": MODULES, the_repository / "Training": f"{MODULES}/Training"}
    return {
        f"{place}/{path.relative_to(home).as_posix()}"
        for home, place in homes.items()
        for path in repository_files
        if path.is_relative_to(home) and path.name not in NOT_INSTALLED
    }


@pytest.fixture(scope="session")
def the_prefix(the_repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the installed extension."""
    return install(the_repository, tmp_path_factory.mktemp("installed"))


@pytest.fixture
def a_tree(the_repository: Path, tmp_path: Path) -> Path:
    """What CMake reads of the repository, to be changed: the lists are copies, the files are links."""
    tree = tmp_path / "tree"
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "CMakeLists.txt")
    for name in ("LCKDSegmentation", "Training"):
        shutil.copytree(the_repository / name, tree / name, copy_function=os.symlink, ignore=unwanted)
        shutil.copy(the_repository / name / "CMakeLists.txt", tree / name)
    (tree / "Testing").mkdir()
    for name in ("CMakeLists.txt", "LICENSE.txt", "README.md", "Testing/CMakeLists.txt"):
        shutil.copy(the_repository / name, tree / name)
    return tree


def test_every_file_is_installed_where_slicer_looks_and_nothing_else_is(
    the_prefix: Path, the_installed_files: set[str]
) -> None:
    assert files_below(the_prefix) == the_installed_files | {DESCRIPTION}


def test_slicer_finds_one_module(the_prefix: Path) -> None:
    scripts = (the_prefix / MODULES).glob("*.py")  # Slicer takes each of them for a module, and looks into no folder
    assert [path.name for path in scripts] == ["LCKDSegmentation.py"]


def test_the_installed_core_reads_its_weights_without_any_package(the_prefix: Path) -> None:
    folder = the_prefix / MODULES
    done = run_python(*WITHOUT_PACKAGES, "-c", READ_THE_CARD, folder)
    assert done.stdout.split() == [str(folder / "Resources" / "Weights" / "base"), "2.0"]


def test_the_installed_panel_shows_where_the_training_was_installed(the_prefix: Path) -> None:
    folder = the_prefix / MODULES
    command = run_python(*WITHOUT_PACKAGES, "-c", SHOW_THE_TRAINING_COMMAND, folder).stdout
    script = shlex.split(command)[3]
    assert script == str(folder / "Training" / "train.py")
    assert Path(script).is_file()


@pytest.mark.parametrize("script", ["train.py", "evaluate.py"])
def test_the_installed_scripts_run_with_nothing_but_what_was_installed_beside_them(
    the_prefix: Path, script: str
) -> None:
    done = run_python(*ISOLATED, "-c", ASK_A_SCRIPT_FOR_HELP, the_prefix / MODULES / "Training" / script)
    assert "--data" in done.stdout
    places = {Path(line) for line in done.stderr.splitlines()}
    assert len(places) > 2
    assert all(place.is_relative_to(the_prefix / MODULES) for place in places), done.stderr


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("LCKDSegmentation", "LCKDSegmentationLib/runview.py"),
        ("LCKDSegmentation", "Resources/Weights/base/model.safetensors"),
        ("Training", "lckd_training/synthetic/icbm152.npz"),
    ],
)
def test_a_file_that_is_not_listed_is_not_installed(
    a_tree: Path, tmp_path: Path, the_installed_files: set[str], folder: str, name: str
) -> None:
    lists = a_tree / folder / "CMakeLists.txt"
    lists.write_text(lists.read_text(encoding="utf-8").replace(f"  {name}\n", ""), encoding="utf-8")
    missing = the_installed_files - files_below(install(a_tree, tmp_path))
    assert len(missing) == 1
    assert missing.pop().endswith(name)


@pytest.mark.parametrize("name", ["LCKDSegmentation/lckd/weights/card.py", "Training/train.py"])
def test_a_listed_file_that_is_missing_is_named_before_anything_is_built(
    a_tree: Path, tmp_path: Path, name: str
) -> None:
    (a_tree / name).unlink()
    configured = configure(a_tree, tmp_path / "build")
    assert configured.returncode != 0
    assert f"nonexistent file or directory '{name.partition('/')[2]}'" in " ".join(configured.stderr.split())


def test_an_application_that_bundles_the_extension_installs_the_same_files(
    the_repository: Path, the_installed_files: set[str], tmp_path: Path
) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20.6...3.28.0)\nproject(Application LANGUAGES NONE)\n"
        f'add_subdirectory("{the_repository.as_posix()}" extension)\n',
        encoding="utf-8",
    )
    assert files_below(install(tmp_path, tmp_path)) == the_installed_files | {DESCRIPTION}
