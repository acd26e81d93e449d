"""The background process behind the panel: when it begins and ends, what it may reach, and what it lacks."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import slicer
import slicer.util

from lckd.modality import Modality
from Testing.host import Host
from Testing.panel.person import Panel, is_alive, node_ids, rows

pytestmark = pytest.mark.slow

Finish = Callable[[Panel], str]

LITTLE_MEMORY = """
import pathlib
plain = pathlib.Path.read_text
def read_text(self, *rest, **named):
    return "MemAvailable: 1000 kB" if str(self) == "/proc/meminfo" else plain(self, *rest, **named)
pathlib.Path.read_text = read_text
"""
"""Runs when Python starts: a computer whose memory is full."""

WATCH_NETWORK = """
import sys
def note(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        with open(r"{file}", "a") as log:
            print(event, arguments, file=log)
sys.addaudithook(note)
"""
"""Runs when Python starts: writes down who is called or looked up."""

APPLICATION = """
from Testing.host import Host
from pathlib import Path
import slicer
host = Host()
host.begin()
for file in sorted(Path("LCKDSegmentation/Resources/SampleData").glob("*.nrrd")):
    slicer.modules.volumes.logic().AddArchetypeVolume(str(file), file.stem)
panel = host.open_panel()
host.click(panel.ui.assignButton)
host.click(panel.ui.applyButton)
host.wait_until(lambda: panel.ui.progressBar.value >= 25, 300)
print(panel.run.session.processId, panel.run.session._folder, host.app.temporaryPath, flush=True)
host.process(600)
"""
"""An application of its own, in which the worker computes."""


@pytest.fixture
def at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let each Python that starts from now on run some code first."""

    def run(code: str) -> None:
        (tmp_path / "start").mkdir()
        (tmp_path / "start" / "sitecustomize.py").write_text(code, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "start"))

    return run


@contextmanager
def no_room(process: int) -> Iterator[None]:
    """Let a process write files of a few bytes only, as on a full disk."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, before)


def inet_sockets(process: int) -> set[str]:
    """List the sockets of a process that may reach other computers."""
    tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6", "udp", "udp6")]
    lines = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    found = set()
    for file in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.add(str(file.readlink()))
    return found & {f"socket:[{fields[9]}]" for fields in lines}


def test_unused_worker_ends_after_a_while_and_the_next_run_works(
    host: Host, assigned: Panel, finish: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LCKD_WORKER_IDLE_S", "4")
    host.click(assigned.ui.applyButton)
    told, process, folder = finish(assigned), assigned.run.session.processId, assigned.run.session._folder
    host.wait_until(lambda: assigned.run.session.processId == 0)
    assert not is_alive(process)
    assert not folder.exists()
    assert assigned.ui.statusLabel.text == told
    host.click(assigned.ui.applyButton)
    assert finish(assigned).startswith("Segmented")


def test_worker_ends_when_the_application_is_killed_while_it_computes(
    host: Host, the_repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    command = [sys.executable, "-c", APPLICATION]
    with subprocess.Popen(command, cwd=the_repository, stdout=subprocess.PIPE, text=True) as application:
        assert application.stdout
        process, folder, temporary = application.stdout.readline().split()
        assert is_alive(int(process))
        application.send_signal(signal.SIGKILL)
    host.wait_until(lambda: not is_alive(int(process)))
    assert not Path(folder).exists()
    shutil.rmtree(temporary)


def test_nothing_goes_over_the_network_while_the_panel_opens_assigns_and_segments(
    host: Host,
    volumes: dict[Modality, Any],
    tiny_weights: Path,
    at_start: Callable[[str], None],
    tmp_path: Path,
) -> None:
    log, seen = tmp_path / "network.txt", set[str]()
    code = WATCH_NETWORK.replace("{file}", str(log))
    at_start(code)
    exec(code, {})  # noqa: S102 - for this process, too
    panel = host.open_panel()
    assert volumes
    host.choose(panel.ui.weightsComboBox, tiny_weights.name)
    host.click(panel.ui.assignButton)
    host.click(panel.ui.applyButton)

    def look() -> bool:
        workers = [panel.run.session.processId] if panel.ui.cancelButton.enabled else []
        seen.update(*(inet_sockets(process) for process in (os.getpid(), *workers)))
        return not workers

    host.wait_until(look)
    assert panel.ui.statusLabel.text.startswith("Segmented from FLAIR + T1")
    assert seen == set()
    assert not log.exists()


def test_patient_who_needs_more_memory_than_there_is_is_refused_before_the_work(
    host: Host, assigned: Panel, at_start: Callable[[str], None], finish: Finish
) -> None:
    at_start(LITTLE_MEMORY)
    before = node_ids(host)
    host.click(assigned.ui.applyButton)
    assert "This patient needs about 0.0 GB of memory and the computer has 0.0 GB free" in finish(assigned)
    assert node_ids(host) == before


@pytest.mark.parametrize("who", ["panel", "worker"])
def test_full_disk_is_told_of_and_the_scene_stays_as_it_is(
    host: Host, applied: Panel, volumes: dict[Modality, Any], finish: Finish, who: str
) -> None:
    before = node_ids(host)
    if who == "panel":  # which writes the images for the worker
        slicer.util.arrayFromVolume(volumes["t2"])[10:14] += 50.0
        slicer.util.arrayFromVolumeModified(volumes["t2"])
    with no_room(os.getpid() if who == "panel" else applied.run.session.processId):
        host.click(applied.ui.applyButton)
        assert "make room on the disk" in finish(applied)
    assert node_ids(host) == before
    host.click(applied.ui.applyButton)
    assert finish(applied).startswith("Segmented")


@pytest.fixture
def second(host: Host, applied: Panel) -> Iterator[Panel]:
    """Another panel of the module, as `createNewWidgetRepresentation` gives it."""
    assert applied
    widget = slicer.qSlicerScriptedLoadableModuleWidget("LCKDSegmentation")
    widget.reload()
    widget.enter()
    yield widget.self()
    widget.exit()
    host.close_panel()  # it tells both
    widget.delete()


def test_two_panels_with_live_run_one_worker(host: Host, applied: Panel, second: Panel, finish: Finish) -> None:
    first = applied.run.session.processId
    applied.ui.liveCheckBox.checked = True
    host.click(applied.ui.t1CheckBox)
    host.wait_until(lambda: second.ui.cancelButton.enabled)
    assert finish(second).startswith("Segmented from FLAIR + T1ce + T2")
    assert not is_alive(first)
    assert (applied.run.session.processId, second.run.session.isBusy) == (0, False)
    assert rows(second) == ["FLAIR + T1 + T1ce + T2", "FLAIR + T1ce + T2"]


def test_panel_waits_for_another_one_that_is_at_work(
    host: Host, applied: Panel, second: Panel, volumes: dict[Modality, Any], finish: Finish
) -> None:
    volumes["t2"].SetOrigin(1.0, 0.0, 0.0)
    host.click(applied.ui.applyButton)
    second.run.apply()
    assert "Another panel of this module segments just now" in second.ui.statusLabel.text
    assert finish(applied).startswith("Segmented")
    assert np.all([panel.run.session.isBusy is False for panel in (applied, second)])
