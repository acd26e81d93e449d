"""`run.py`: what it installs, when, and what it says when it cannot. Nothing is installed here."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Launcher = Callable[[], ModuleType]


class Programs:
    """Stands in for `run.run`: notes each command, and fails those that hold a given word."""

    def __init__(self, failing: str = "nothing") -> None:
        self.commands: list[str] = []
        self._failing = failing

    def __call__(self, *command: str | Path) -> int:
        self.commands.append(" ".join(map(str, command)))
        return 1 if self._failing in self.commands[-1].split() else 0


@pytest.fixture
def run(a_launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher with a finished `.venv` and with no program behind it."""
    monkeypatch.chdir(Path.cwd())  # both are changed by the checks and must come back
    for name in ("OMP_NUM_THREADS", "MPLBACKEND", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "")
    module = a_launcher()
    module.PYTHON.parent.mkdir(parents=True)
    module.PYTHON.touch()
    module.STAMP.write_text(module.digest("test"), encoding="utf-8")
    monkeypatch.setattr(module, "run", Programs())
    monkeypatch.setattr(module, "answers", lambda *_: True)
    return module


def test_nothing_is_installed_when_the_lock_has_not_changed(run: ModuleType) -> None:
    run.prepare("test")
    assert run.run.commands == []


@pytest.mark.parametrize("name", ["demo", "app"])
def test_the_full_lock_serves_demo_and_page_too(run: ModuleType, name: str) -> None:
    run.prepare(name)
    assert run.run.commands == []


def test_the_lock_of_the_page_serves_the_demo_too(run: ModuleType) -> None:
    run.STAMP.write_text(run.digest("app"), encoding="utf-8")
    run.prepare("demo")
    assert run.run.commands == []


def test_the_demo_lock_does_not_serve_the_tests(run: ModuleType) -> None:
    run.STAMP.write_text(run.digest("demo"), encoding="utf-8")
    run.prepare("test")
    assert any("test.txt" in command for command in run.run.commands)


@pytest.mark.parametrize(
    "changed", ["Resources/locks/demo.txt", "Resources/locks/app.txt", "Resources/locks/gpu.txt", "pyproject.toml"]
)
def test_a_changed_declaration_is_installed(run: ModuleType, changed: str) -> None:
    with (run.ROOT / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    run.prepare("test")
    assert any("--requirement" in command for command in run.run.commands)


def test_only_pins_and_this_package_are_installed(run: ModuleType) -> None:
    run.STAMP.unlink()
    run.prepare("test")
    installs = [command.split(" install ")[1] for command in run.run.commands if " install " in command]
    assert installs == [
        f"--requirement {run.LOCKS / 'test.txt'}",
        f"--no-deps --no-build-isolation --editable {run.ROOT}",
    ]


def test_a_failed_installation_is_not_taken_for_a_finished_one(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.STAMP.write_text("an older lock", encoding="utf-8")
    monkeypatch.setattr(run, "run", Programs(failing="--requirement"))
    with pytest.raises(SystemExit, match="pip could not install it"):
        run.prepare("test")
    assert not run.is_prepared("test")


def test_a_python_without_venv_is_told_which_package_to_install(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.STAMP.unlink()
    monkeypatch.setattr(run, "answers", lambda *_: False)
    monkeypatch.setattr(run, "run", Programs(failing="venv"))
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        run.prepare("demo")


def test_a_half_made_environment_is_made_anew(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run.STAMP.unlink()
    monkeypatch.setattr(run, "answers", lambda *_: False)
    run.prepare("demo")
    assert run.run.commands[0] == f"{sys.executable} -m venv --clear {run.VENV}"


def test_a_second_launcher_is_refused_while_the_first_prepares(run: ModuleType, a_launcher: Launcher) -> None:
    second = a_launcher()
    second.STAMP.unlink()
    with run.only_one_at_a_time(), pytest.raises(SystemExit, match=r"Another run\.py is preparing"):
        second.prepare("test")


def test_an_old_python_is_refused_in_a_sentence(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit, match=r"too old: run this with Python 3\.10 or newer"):
        run.main(["test"])


def test_all_checks_run_and_those_that_fail_are_named(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = Programs(failing="mypy")
    monkeypatch.setattr(run, "run", programs)
    assert run.main(["test"]) == 1
    assert [command.split()[2] for command in programs.commands] == ["ruff", "ruff", "mypy", "pytest"]
    assert capsys.readouterr().err == "Failed: mypy.\n"


def test_pytest_gets_the_arguments(run: ModuleType) -> None:
    assert run.main(["test", "-k", "grid"]) == 0
    assert run.run.commands[-1].endswith("-k grid")


def test_check_leaves_slow_tests_out_and_repairs_on_request(run: ModuleType) -> None:
    assert run.main(["check", "--fix"]) == 0
    assert "ruff check --quiet --fix" in run.run.commands[0]
    assert run.run.commands[-1].endswith("-m not slow")


def test_the_demo_writes_where_it_is_told(run: ModuleType) -> None:
    assert run.main(["demo", "--out", "elsewhere"]) == 0
    assert run.run.commands == [f"{run.PYTHON} -m lckd_training.demo --out {run.ROOT / 'demo'} --out elsewhere"]


def test_the_page_gets_the_arguments(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "become", run.run)
    assert run.main(["app", "patient", "--port", "8080"]) == 0
    assert run.run.commands == [f"{run.PYTHON} -m lckd app patient --port 8080"]


@pytest.mark.parametrize("arguments", [[], ["fly"]])
def test_an_unknown_command_is_answered_with_the_usage(the_repository: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, the_repository / "run.py", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: python3 run.py demo [--out DIR] [--patient DIR]")
