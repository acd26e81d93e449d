#!/usr/bin/env python3
"""Prepare `.venv` beside this file, then run the demo, the page or the checks in it. Needs nothing but Python.

usage: python3 run.py demo [--out DIR] [--patient DIR]   segment one patient from four subsets, with figures
       python3 run.py app [PATIENT_FOLDER] [options]     open the panel in a browser; --help tells the options
       python3 run.py test [pytest arguments]            everything: lint, formatting, types, all tests
       python3 run.py check [--fix] [pytest arguments]   the same without slow tests; --fix repairs what it can
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.txt"
LOCKS = ROOT / "Resources" / "locks"
LOCK_NAMES = ("demo", "app", "test")  # each holds all of those before it
OLDEST_PYTHON = (3, 10)
USAGE_STATUS = 2


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    commands = {"demo": demo, "app": app, "test": test, "check": check}
    name = arguments[0] if arguments else ""
    if name not in commands:
        is_asked = name in {"-h", "--help"}
        print((__doc__ or "").partition("\n\n")[2].rstrip(), file=sys.stdout if is_asked else sys.stderr)
        return 0 if is_asked else USAGE_STATUS
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python {sys.version.split()[0]} is too old: run this with Python 3.10 or newer.")
    return commands[name](arguments[1:])


def demo(arguments: Sequence[str]) -> int:
    """Segment one patient from four subsets; a later `--out` wins over ours."""
    prepare("demo")
    return run(PYTHON, "-m", "lckd_training.demo", "--out", ROOT / "demo", *arguments)


def app(arguments: Sequence[str]) -> int:
    """Open the panel in a browser."""
    prepare("app")
    return become(PYTHON, "-m", "lckd", "app", *arguments)


def test(arguments: Sequence[str]) -> int:
    """Run every check and every test."""
    return run_checks(arguments, fix=False)


def check(arguments: Sequence[str]) -> int:
    """Run every check and the fast tests; with `--fix`, repair first."""
    rest = [argument for argument in arguments if argument != "--fix"]
    return run_checks(["-m", "not slow", *rest], fix="--fix" in arguments)


def run_checks(pytest_arguments: Sequence[str], *, fix: bool) -> int:
    """Run all checks from the root, even after one has failed, and name those that failed.

    One thread in each process: the tests already fill the cores, and sums come out the same on every machine.
    """
    prepare("test")
    checks = {
        "ruff check": ["--quiet", "--fix"] if fix else ["--quiet"],
        "ruff format": ["--quiet"] if fix else ["--check"],
        "mypy": ["--no-error-summary"],
        "pytest": ["-n", "auto", "--maxprocesses", "4", *pytest_arguments],
    }
    os.chdir(ROOT)
    os.environ.update(OMP_NUM_THREADS="1", MPLBACKEND="agg", QT_QPA_PLATFORM="offscreen")
    failed = [name for name, options in checks.items() if run(PYTHON, "-m", *name.split(), *options) != 0]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def run(*command: str | Path) -> int:
    """Run a program to its end, its output shown, and return its exit status."""
    return subprocess.run(command, check=False, close_fds=False).returncode


def become(*command: str | Path) -> int:
    """Go on as another program, which then gets the signals that are meant for it; Windows can only wait for it."""
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], [str(word) for word in command])  # noqa: S606 - fixed words, never a shell
    return run(*command)


def prepare(name: str) -> None:
    """Bring `.venv` to the lock called `name`, or leave it alone when it is there already."""
    if is_prepared(name):
        return
    with only_one_at_a_time():
        STAMP.unlink(missing_ok=True)  # until the end, so that an interrupted installation is noticed
        make_venv()
        install(name)
        STAMP.write_text(digest(name), encoding="utf-8")


def is_prepared(name: str) -> bool:
    """Tell whether `.venv` holds the lock called `name`, alone or as part of a fuller one."""
    fuller = LOCK_NAMES[LOCK_NAMES.index(name) :]
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") in set(map(digest, fuller))


def digest(name: str) -> str:
    """Hash all that an installation depends on: the locks, the package's declaration and this folder's place."""
    parts = LOCK_NAMES[: LOCK_NAMES.index(name) + 1]
    locks = [LOCKS / f"{part}.txt" for part in ("gpu", *parts)]
    content = [path.read_bytes() for path in (*locks, ROOT / "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*content, os.fsencode(ROOT)])).hexdigest()


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Hold `.venv.lock`; the system lets go of it when this process and the pip that it started are gone."""
    with (ROOT / ".venv.lock").open("w", encoding="utf-8") as handle:
        try:
            if sys.platform == "win32":
                import msvcrt  # noqa: PLC0415 - exists on Windows only

                msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl  # noqa: PLC0415 - exists everywhere else

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.set_inheritable(handle.fileno(), True)  # noqa: FBT003 - the standard library's own
        except OSError:
            sys.exit(f"Another run.py is preparing {VENV}: wait until it has ended, then try again.")
        yield


def make_venv() -> None:
    """Make `.venv`, or make it anew when its Python is too old or its pip does not run."""
    if answers("-c", f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})") and answers("-m", "pip", "--version"):
        return
    print(f"Making {VENV}", flush=True)
    if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        sys.exit("This Python lacks venv or pip. On Debian or Ubuntu: apt-get install python3-venv")


def answers(*arguments: str) -> bool:
    """Tell whether the Python of `.venv` runs something without complaint."""
    return PYTHON.exists() and subprocess.run([PYTHON, *arguments], check=False, capture_output=True).returncode == 0


def install(name: str) -> None:
    """Install what a lock pins, then this package beside it."""
    lock = LOCKS / f"{name}.txt"
    print(f"Installing what {lock.relative_to(ROOT)} pins into .venv: once, a few minutes", flush=True)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    pip: tuple[str | Path, ...] = (PYTHON, "-m", "pip", "--disable-pip-version-check", *quiet, "install")
    package: tuple[str | Path, ...] = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    if run(*pip, "--requirement", lock) != 0 or run(*pip, *package) != 0:
        sys.exit("pip could not install it (see above): mend that, then run the same command again.")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
