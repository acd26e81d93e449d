"""Small patients on disk, and the command on them."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import SimpleITK as sitk

from lckd.batch.job import Job
from lckd.cli import build_parser, run_command
from lckd.modality import MODALITIES, Modality, Subset
from lckd.preprocess.options import NOTHING
from lckd.weights.card import CARD_NAME, read_card

Images = Mapping[Modality, sitk.Image]

AS_THEY_ARE = ("--register", "no", "--skull-stripped", "yes", "--no-cache")
"""These are no heads, and what is done to heads has tests of its own."""

SUBSETS: dict[str, Subset] = {"Anna": ("flair", "t1ce"), "Bert Müller": ("t2",), "Cleo": MODALITIES}


@pytest.fixture(scope="session")
def the_cohort(tmp_path_factory: pytest.TempPathFactory, a_patient: Images) -> Path:
    """Three patients, each with modalities of their own; to be read only."""
    folder = tmp_path_factory.mktemp("batch") / "cohort"
    for name, modalities in SUBSETS.items():
        (folder / name).mkdir(parents=True)
        for modality in modalities:
            sitk.WriteImage(a_patient[modality], str(folder / name / f"{name}_{modality}.nii.gz"))
    return folder


@pytest.fixture(scope="session")
def the_results(tmp_path_factory: pytest.TempPathFactory, the_cohort: Path, tiny_weights: Path) -> Path:
    """What a batch of them leaves; to be read only."""
    folder = tmp_path_factory.mktemp("batch") / "out"
    words = ["batch", the_cohort, "--weights", tiny_weights, "--device", "cpu", "-o", folder, *AS_THEY_ARE]
    assert run_command(build_parser(), [str(word) for word in words]) == 0
    return folder


@pytest.fixture
def a_cohort(tmp_path: Path, the_cohort: Path) -> Path:
    """A copy of the cohort, to be changed."""
    return Path(shutil.copytree(the_cohort, tmp_path / "cohort"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results go, not made yet."""
    return tmp_path / "out"


@pytest.fixture
def results(the_results: Path, out: Path) -> Path:
    """A copy of the results, to go on from."""
    return Path(shutil.copytree(the_results, out))


@pytest.fixture
def batch(tiny_weights: Path, out: Path) -> Callable[..., int]:
    """The command `lckd batch ROOT` with the tiny weights; gives the exit code."""

    def run(root: Path, *words: object) -> int:
        options = ["--weights", tiny_weights, "--device", "cpu", "-o", out, *AS_THEY_ARE, *words]
        return run_command(build_parser(), ["batch", str(root), *map(str, options)])

    return run


@pytest.fixture(scope="session")
def make_job() -> Callable[[Path, Path], Job]:
    """A maker of jobs from weights and a folder for results."""

    def make(weights: Path, out: Path) -> Job:
        return Job(
            out=out,
            layout="flat",
            weights=weights,
            tensors_sha256=read_card(weights).tensors_sha256,
            card_sha256=hashlib.sha256((weights / CARD_NAME).read_bytes()).hexdigest(),
            modalities=MODALITIES,
            reference=None,
            device="cpu",
            run="this",
            preparation=NOTHING,
            cache=None,
        )

    return make


@pytest.fixture
def a_job(make_job: Callable[[Path, Path], Job], tiny_weights: Path, out: Path) -> Job:
    """A job whose folder exists."""
    out.mkdir()
    return make_job(tiny_weights, out)
