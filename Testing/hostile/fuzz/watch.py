"""Watching a command: what it prints, writes, leaves and takes."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from Testing.hostile.fuzz.attempt import Place

KIB_PER_MIB = 1024
CHANGES = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.truncate",
    "os.chmod",
    "os.mkfifo",
}
"""Events by which Python says that a path is changed; the second of two paths is looked at, too."""

Tree: TypeAlias = dict[str, tuple[object, ...]]
"""Kind, length and age of everything below some folders."""


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt.

    Attributes:
        status: What the command ended with; below 0 the signal that ended it.
        told: What stood on its stderr.
        printed: What stood on its stdout.
        seconds: Time of a processor that it took: what else runs on the machine does not count.
        grown_mib: By how much its memory grew at its peak.
        strays: Paths that it wrote to outside of where it may.
        changed: Paths of its input that are not as they were.
        left: Paths that are new or other in the folders that it may write to.
        temporary: Temporary files that it left.
    """

    status: int
    told: str
    printed: str
    seconds: float
    grown_mib: float
    strays: tuple[str, ...]
    changed: tuple[str, ...]
    left: tuple[str, ...]
    temporary: tuple[str, ...]


def tree(*folders: Path) -> Tree:
    """Take down everything below some folders."""
    found: Tree = {}
    for folder in folders:
        for where, folders_below, names in os.walk(folder):
            for name in (*folders_below, *names):
                path = os.path.join(where, name)  # noqa: PTH118 - hostile names stay as they are
                status = os.lstat(path)
                is_folder = name in folders_below
                found[path] = (status.st_mode, *(() if is_folder else (status.st_size, status.st_mtime_ns)))
    return found


def differences(before: Tree, after: Tree) -> tuple[str, ...]:
    """Name what is new, gone or other."""
    return tuple(path for path in sorted({*before, *after}) if before.get(path) != after.get(path))


class Guard:
    """Notes every path that Python writes to outside of the folders where it may.

    It sees this process only, and for good: Python has no way to take an audit hook off.
    """

    def __init__(self) -> None:
        self._allowed: tuple[str, ...] | None = None
        self._strays: list[str] = []
        sys.addaudithook(self._hear)

    @contextmanager
    def watching(self, place: Place) -> Iterator[list[str]]:
        """Watch, and give the list that strays are added to."""
        self._allowed = tuple(str(folder) for folder in (place.out, place.own, place.temporary, os.devnull))
        self._strays = []
        try:
            yield self._strays
        finally:
            self._allowed = None

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._allowed is None:
            return
        if event == "open":
            path, _, flags = arguments
            written = [path] if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else []
        else:
            written = list(arguments[:2]) if event in CHANGES else []
        self._strays += [
            f"{event} {path}"
            for path in (_whole(path, arguments[-1]) for path in written if isinstance(path, str | bytes))
            if not path.startswith(self._allowed)
        ]


def _whole(path: str | bytes, folder: object) -> str:
    """Give a path from the root on; one that is relative may be so to a folder that is open."""
    name = os.fsdecode(path)
    if isinstance(folder, int) and folder >= 0 and not os.path.isabs(name):  # noqa: PTH117 - as elsewhere here
        name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)  # noqa: PTH115, PTH118 - the same
    return os.path.abspath(name)  # noqa: PTH100 - the same


def observe(run: Callable[[], int], place: Place, guard: Guard) -> Outcome:
    """Run a command and take down what comes of it.

    Args:
        run: Returns its exit status.
        place: Where it happens.
        guard: Sees what it writes.
    """
    inputs, outputs = tree(place.files, place.good), tree(place.out, place.own)
    with _printing_to(place.root / "1", place.root / "2"):
        _forget_peak()
        memory_mib, begin = _memory_mib("VmRSS"), sum(os.times()[:4])
        with guard.watching(place) as strays:
            status = run()
        seconds, peak_mib = sum(os.times()[:4]) - begin, _memory_mib("VmHWM")
    return Outcome(
        status=status,
        told=(place.root / "2").read_text(encoding="utf-8", errors="surrogateescape"),
        printed=(place.root / "1").read_text(encoding="utf-8", errors="surrogateescape"),
        seconds=seconds,
        grown_mib=peak_mib - memory_mib,
        strays=tuple(strays),
        changed=differences(inputs, tree(place.files, place.good)),
        left=differences(outputs, tree(place.out, place.own)),
        temporary=tuple(tree(place.temporary)),
    )


@contextmanager
def _printing_to(*paths: Path) -> Iterator[None]:
    """Send stdout and stderr, of libraries in C too, to files."""
    kept = [os.dup(number) for number in (1, 2)]
    for number, path in enumerate(paths, start=1):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        for number, (stream, descriptor) in enumerate(zip((sys.stdout, sys.stderr), kept, strict=True), start=1):
            stream.flush()
            os.dup2(descriptor, number)
            os.close(descriptor)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew from here


def _memory_mib(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / KIB_PER_MIB for line in lines if line.startswith(name))
