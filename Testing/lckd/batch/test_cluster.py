"""A batch on real schedulers and workers: nobody lost, nobody twice, the same bytes, and no process left."""

import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import dask.config
import psutil
import pytest

from lckd.batch import cluster as the_cluster
from lckd.batch.cluster import Cluster
from lckd.batch.job import Job
from lckd.batch.run import run_batch
from lckd.batch.source import find_patients
from lckd.batch.tls import require_certificates
from lckd.errors import DeviceError
from lckd.modality import MODALITIES

pytestmark = pytest.mark.slow

Batch = Callable[..., int]
LONG = 100
"""Patients of a batch that is not done before somebody stops it."""

START = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore it
from lckd.cli import main
main()
"""

LONGEST_S = 300.0
"""A machine may be busy; nothing here takes long on one that is not."""


def assert_same_results(out: Path, expected: Path) -> None:
    names = {path.name for path in expected.iterdir() if path.suffix in {".gz", ".png"}}
    assert {path.name for path in out.iterdir() if path.suffix in {".gz", ".png"}} == names
    assert all((out / name).read_bytes() == (expected / name).read_bytes() for name in names)


def wait_until(is_so: Callable[[], bool]) -> None:
    begin = time.monotonic()
    while not is_so():
        assert time.monotonic() - begin < LONGEST_S
        time.sleep(0.05)


@pytest.fixture
def many(tmp_path: Path, the_cohort: Path) -> Path:
    """Eight patients."""
    for name in "ABCDEFGH":
        (tmp_path / "many" / name).mkdir(parents=True)
        for path in (the_cohort / "Cleo").iterdir():
            shutil.copy(path, tmp_path / "many" / name / path.name.replace("Cleo", name))
    return tmp_path / "many"


@pytest.fixture
def a_long_list(tmp_path: Path, the_cohort: Path) -> Path:
    """A manifest of many patients, who share their images."""
    rows = [f"P{number},{the_cohort / 'Cleo' / 'Cleo_t2.nii.gz'}" for number in range(LONG)]
    (tmp_path / "list.csv").write_text("\n".join(["case,t2", *rows]))
    return tmp_path / "list.csv"


@contextmanager
def scheduler_with(folder: Path, *more: str) -> Iterator[str]:
    """Start a scheduler with one worker as people start them; gives its address."""
    told, dask = folder / "scheduler.json", [sys.executable, "-m", "dask"]
    common = ["--host", "127.0.0.1", "--scheduler-file", str(told), "--no-dashboard", *more]
    processes = [subprocess.Popen([*dask, "scheduler", "--port", "0", *common], cwd=folder)]
    wait_until(lambda: told.exists() and told.read_text().endswith("}"))
    processes.append(subprocess.Popen([*dask, "worker", "--nthreads", "1", "--no-nanny", *common], cwd=folder))
    yield str(json.loads(told.read_text())["address"])
    for process in reversed(processes):
        process.terminate()
        process.wait()


@pytest.fixture
def a_scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with one worker."""
    with scheduler_with(tmp_path) as address:
        yield address


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, Path]:
    """A certificate that vouches for itself, as Dask calls its files."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes certificates, is not installed")
    files = {"ca-file": tmp_path / "c.pem", "client.cert": tmp_path / "c.pem", "client.key": tmp_path / "k.pem"}
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    where = ["-keyout", str(files["client.key"]), "-out", str(files["ca-file"])]
    subprocess.run([openssl, *words, *where], check=True, capture_output=True)
    return files


def dask_names(certificates: Mapping[str, object]) -> "dask.config.set":
    """Let Dask's configuration name certificates."""
    import_module("distributed")  # whose defaults would otherwise come later
    return dask.config.set({f"distributed.comm.tls.{name}": str(value) for name, value in certificates.items()})


def test_a_scheduler_by_tls_is_used_with_the_certificates_of_dask(
    batch: Batch, the_cohort: Path, the_results: Path, out: Path, tmp_path: Path, certificates: dict[str, Path]
) -> None:
    ca, cert, key = map(str, certificates.values())
    words = ["--protocol", "tls", "--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key]
    with scheduler_with(tmp_path, *words) as address, dask_names(certificates):
        assert address.startswith("tls://")
        assert batch(the_cohort, "--scheduler", address) == 0
    assert_same_results(out, the_results)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"client.cert": ""}, "needs certificates, and DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT names none: set"),
        ({"ca-file": "nothing.pem"}, "The certificate 'nothing.pem' for the scheduler does not exist: mend"),
        ({"client.key": __file__}, "cannot be used ("),
    ],
    ids=["not named", "missing", "no certificate"],
)
def test_certificates_that_cannot_be_used_are_told_in_a_sentence(
    certificates: dict[str, Path], change: dict[str, str], says: str
) -> None:
    with dask_names({**certificates, **change}), pytest.raises(DeviceError, match=re.escape(says)):
        require_certificates("tls://127.0.0.1:8786")
    require_certificates("tcp://127.0.0.1:8786")


def test_processes_write_the_same_bytes_as_one(batch: Batch, the_cohort: Path, the_results: Path, out: Path) -> None:
    assert batch(the_cohort, "--workers", 2) == 0
    assert_same_results(out, the_results)
    assert multiprocessing.active_children() == []


def test_a_scheduler_that_runs_already_is_used_and_left_alone(
    batch: Batch, the_cohort: Path, the_results: Path, out: Path, a_scheduler: str
) -> None:
    assert batch(the_cohort, "--scheduler", a_scheduler) == 0
    assert_same_results(out, the_results)
    assert batch(the_cohort, "--scheduler", a_scheduler) == 0


def test_a_killed_worker_loses_no_patient_and_none_is_done_twice(many: Path, a_job: Job) -> None:
    ages: dict[Path, int] = {}

    def kill_one(_line: str) -> None:
        if not ages:
            ages.update({path: path.stat().st_mtime_ns for path in a_job.out.glob("[A-Z].json")})
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    patients = find_patients(many, modalities=MODALITIES)
    result = run_batch(patients, a_job, cluster=Cluster(workers=2), report=kill_one)
    assert [(outcome.name, outcome.status) for outcome in result.outcomes] == [(name, "done") for name in "ABCDEFGH"]
    assert ages
    assert all(path.stat().st_mtime_ns == age for path, age in ages.items())
    assert not list(a_job.out.glob(".partial-*"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_stopping_ends_all_processes_which_nobody_could_reach_from_outside(
    a_long_list: Path, out: Path, tiny_weights: Path, number: signal.Signals, code: int
) -> None:
    words = [
        "batch",
        a_long_list,
        "-o",
        out,
        "--weights",
        tiny_weights,
        "--device",
        "cpu",
        "--workers",
        "2",
        "--skull-stripped",
        "yes",
    ]
    command = [sys.executable, "-c", START, *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(f"[1/{LONG}]")
        tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        places = {one.laddr.ip for each in tree for one in each.net_connections() if one.status == "LISTEN"}
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        assert process.wait(LONGEST_S) == code
    assert places == {"127.0.0.1"}
    wait_until(lambda: not any(each.is_running() and each.status() != "zombie" for each in tree))
    assert not list(out.glob(".partial-*"))
    assert 0 < len(list(out.glob("P*.json"))) < LONG


def test_a_scheduler_that_does_not_answer_is_told_in_a_sentence(
    batch: Batch, the_cohort: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(the_cluster, "CONNECT_S", 1)
    assert batch(the_cohort, "--scheduler", "tcp://127.0.0.1:9") == 2
    assert "No Dask scheduler with workers answers at 'tcp://127.0.0.1:9': start" in capsys.readouterr().err
