import argparse
import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
import torch

from lckd.cli import build_parser, run_command
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.weights.card import read_card, write_card
from lckd.weights.folder import default_weights

SameGrid = Callable[[sitk.Image, sitk.Image], None]
Refused = Callable[..., str]

HEAVY = "{'torch', 'monai', 'SimpleITK', 'numpy', 'scipy', 'matplotlib'}"


@pytest.fixture(scope="module")
def a_parser() -> argparse.ArgumentParser:
    return build_parser()


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory, a_patient: Mapping[Modality, sitk.Image]) -> dict[Modality, Path]:
    folder = tmp_path_factory.mktemp("scans")
    for modality, image in a_patient.items():
        sitk.WriteImage(image, str(folder / f"{modality}.nii.gz"))
    return {modality: folder / f"{modality}.nii.gz" for modality in MODALITIES}


@pytest.fixture
def lckd(a_parser: argparse.ArgumentParser) -> Callable[..., int]:
    return lambda *words: run_command(a_parser, [str(word) for word in words])


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where a result goes: a folder of its own, so that whatever is left behind shows."""
    (tmp_path / "results").mkdir()
    return tmp_path / "results" / "labels.nii.gz"


@pytest.fixture
def assert_refused(
    lckd: Callable[..., int], capfd: pytest.CaptureFixture[str], assert_one_sentence: Callable[[str], None]
) -> Refused:
    """The command ends with exit code 2 and one sentence on stderr that names what is wrong."""

    def check(*words: object, naming: object) -> str:
        assert lckd(*words) == 2
        told = capfd.readouterr()
        assert told.out == ""
        assert str(naming) in told.err
        assert_one_sentence(told.err.removesuffix("\n"))
        return told.err

    return check


def test_bad_image_is_refused_and_nothing_is_written(
    a_bad_image: tuple[Path, str],
    scans: dict[Modality, Path],
    tiny_weights: Path,
    output: Path,
    assert_refused: Refused,
) -> None:
    path, _ = a_bad_image
    words = ["segment", "--t1", scans["t1"], "--t1ce", path, "--weights", tiny_weights, "-o", output]
    assert_refused(*words, naming=path)
    assert list(output.parent.iterdir()) == []


def test_bad_image_leaves_an_older_result_alone(
    scans: dict[Modality, Path], tiny_weights: Path, output: Path, assert_refused: Refused
) -> None:
    output.write_bytes(b"older")
    words = ["segment", "--t1", scans["t1"], "--t2", output, "--weights", tiny_weights, "-o", output]
    assert_refused(*words, naming=output)
    assert output.read_bytes() == b"older"
    assert list(output.parent.iterdir()) == [output]


def test_no_modality_is_refused(tiny_weights: Path, output: Path, assert_refused: Refused) -> None:
    told = assert_refused("segment", "--weights", tiny_weights, "-o", output, naming="No modality was given")
    assert all(modality in told for modality in MODALITIES)
    assert list(output.parent.iterdir()) == []


def test_images_that_do_not_overlap_are_refused(
    scans: dict[Modality, Path],
    make_image: Callable[..., sitk.Image],
    tiny_weights: Path,
    output: Path,
    assert_refused: Refused,
) -> None:
    elsewhere = output.parent.parent / "elsewhere.nii.gz"
    sitk.WriteImage(make_image("elsewhere", lambda points: points[..., 0]), str(elsewhere))
    words = ["segment", "--flair", scans["flair"], "--t1ce", elsewhere, "--weights", tiny_weights, "-o", output]
    assert "FLAIR" in assert_refused(*words, naming="T1ce")
    assert list(output.parent.iterdir()) == []


def test_reference_that_is_not_given_is_refused(
    scans: dict[Modality, Path], tiny_weights: Path, output: Path, assert_refused: Refused
) -> None:
    words = ["segment", "--flair", scans["flair"], "--reference", "t2", "--weights", tiny_weights, "-o", output]
    assert_refused(*words, naming="T2")
    assert list(output.parent.iterdir()) == []


def test_bad_weights_are_refused_by_segment(
    bad_weights: tuple[Path, str], scans: dict[Modality, Path], output: Path, assert_refused: Refused
) -> None:
    words = ["segment", "--flair", scans["flair"], "--weights", bad_weights[0], "-o", output]
    assert_refused(*words, naming=bad_weights[0])
    assert list(output.parent.iterdir()) == []


def test_bad_weights_are_refused_by_verify(bad_weights: tuple[Path, str], assert_refused: Refused) -> None:
    assert_refused("weights", "verify", bad_weights[0], naming=bad_weights[0])


@pytest.mark.parametrize(
    "place",
    ["labels.docx", "labels", "a-folder.nii.gz", "a-file/labels.nii.gz", "/proc/self/labels.nii.gz"],
    ids=["unknown ending", "no ending", "folder", "file in place of the folder", "nobody may write"],
)
def test_output_that_cannot_be_written_is_refused(
    scans: dict[Modality, Path], tiny_weights: Path, tmp_path: Path, assert_refused: Refused, place: str
) -> None:
    (tmp_path / "a-folder.nii.gz").mkdir()
    (tmp_path / "a-file").write_bytes(b"")
    words = ["segment", "--flair", scans["flair"], "--weights", tiny_weights, "-o", tmp_path / place]
    assert_refused(*words, naming=tmp_path / place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-file", "a-folder.nii.gz"]


def test_missing_gpu_is_refused(
    scans: dict[Modality, Path],
    tiny_weights: Path,
    output: Path,
    assert_refused: Refused,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    words = ["segment", "--flair", scans["flair"], "--device", "cuda", "--weights", tiny_weights, "-o", output]
    assert_refused(*words, naming="no GPU")


@pytest.mark.parametrize(
    "words", [[], ["fly"], ["segment"], ["segment", "-o"], ["weights"], ["weights", "bend", "x"], ["weights", "remove"]]
)
def test_words_that_mean_nothing_are_refused_with_the_usage(
    lckd: Callable[..., int], capfd: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert lckd(*words) == 2
    told = capfd.readouterr().err
    assert told.startswith("usage: lckd")
    assert "Traceback" not in told


def test_good_run_writes_the_labels_and_says_so(
    scans: dict[Modality, Path],
    tiny_weights: Path,
    output: Path,
    lckd: Callable[..., int],
    capfd: pytest.CaptureFixture[str],
    assert_same_grid: SameGrid,
) -> None:
    words = [word for modality, path in scans.items() for word in (f"--{modality}", path)]
    assert lckd("segment", *words, "--weights", tiny_weights, "--device", "cpu", "-o", output) == 0
    told = capfd.readouterr()
    assert told.err == ""
    assert told.out.startswith("Segmented from FLAIR, T1, T1ce, T2 in ")
    assert f" s on cpu: {output}\nFound: ET " in told.out
    assert list(output.parent.iterdir()) == [output]
    labels = sitk.ReadImage(str(output))
    assert_same_grid(labels, sitk.ReadImage(str(scans["flair"])))
    assert set(np.unique(sitk.GetArrayFromImage(labels))) == {0, 1, 2, 4}


@pytest.mark.parametrize("modality", MODALITIES)
def test_one_modality_alone_is_enough(
    scans: dict[Modality, Path],
    tiny_weights: Path,
    output: Path,
    lckd: Callable[..., int],
    capfd: pytest.CaptureFixture[str],
    modality: Modality,
) -> None:
    assert lckd("segment", f"--{modality}", scans[modality], "--weights", tiny_weights, "-o", output) == 0
    assert capfd.readouterr().out.startswith(f"Segmented from {DISPLAY_NAMES[modality]} in ")
    assert output.is_file()


def test_result_takes_the_geometry_of_the_chosen_reference_and_says_what_was_resampled(
    scans: dict[Modality, Path],
    make_image: Callable[..., sitk.Image],
    a_head: Callable[[str], Any],
    tiny_weights: Path,
    output: Path,
    lckd: Callable[..., int],
    capfd: pytest.CaptureFixture[str],
    assert_same_grid: SameGrid,
) -> None:
    sagittal = output.parent.parent / "t2.nrrd"
    sitk.WriteImage(make_image("sagittal", a_head("t2")), str(sagittal))
    words = ["--flair", scans["flair"], "--t2", sagittal, "--reference", "t2", "--weights", tiny_weights]
    assert lckd("segment", *words, "-o", output) == 0
    assert_same_grid(sitk.ReadImage(str(output)), sitk.ReadImage(str(sagittal)))
    assert "Note: FLAIR lies on another grid than T2" in capfd.readouterr().out


@pytest.mark.parametrize("name", ["regions.nii.gz", "regions.seg.nrrd"])
def test_regions_are_written_on_demand(
    scans: dict[Modality, Path], tiny_weights: Path, output: Path, lckd: Callable[..., int], name: str
) -> None:
    path = output.with_name(name)
    words = ["--t1ce", scans["t1ce"], "--weights", tiny_weights, "--labels", "regions"]
    assert lckd("segment", *words, "-o", path) == 0
    voxels = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    if name.endswith(".seg.nrrd"):
        assert voxels.shape[-1] == 3
        assert voxels.max() == 1
    else:
        assert set(np.unique(voxels)) == {0, 1, 2, 3}


def test_good_weights_are_told_to_be_intact(
    tiny_weights: Path, lckd: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert lckd("weights", "verify", tiny_weights) == 0
    printed, complaint = capfd.readouterr()
    assert printed.endswith(f"{tiny_weights.name}': untrained, 4 mm, teachers: not elected\n")
    assert printed.startswith("Intact: ")
    assert not complaint


def run_python(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("words", ["--help", "--version", "segment --help", "segment -o labels.nii.gz", "weights list"])
def test_help_and_plain_mistakes_do_not_wait_for_heavy_libraries(words: str) -> None:
    program = (
        f"import sys, lckd.cli as c; c.run_command(c.build_parser(), sys.argv[1:]); print(*{HEAVY} & {{*sys.modules}})"
    )
    done = run_python(program, *words.split())
    assert done.stdout.splitlines()[-1] == "", done.stderr


@pytest.mark.slow
def test_command_runs_as_a_program_of_its_own(scans: dict[Modality, Path], tiny_weights: Path, output: Path) -> None:
    program = "from lckd.cli import main; main()"  # what the installed script does
    done = run_python(program, "segment", "--t2", scans["t2"], "--weights", tiny_weights, "-o", output)
    assert (done.returncode, done.stderr) == (0, "")
    assert output.is_file()
    failed = run_python(program, "segment", "--t2", output.parent, "--weights", tiny_weights, "-o", output)
    assert failed.returncode == 2
    assert failed.stderr.startswith(f"lckd: The file '{output.parent}' is a folder")


def test_output_that_is_one_of_the_images_is_refused(
    scans: Mapping[Modality, Path], assert_refused: Refused, tmp_path: Path
) -> None:
    link = tmp_path / "link.nii.gz"
    link.symlink_to(scans["flair"])
    before = scans["flair"].read_bytes()
    for output in (scans["flair"], link):
        assert_refused("segment", "--flair", scans["flair"], "-o", output, naming=output)
    assert scans["flair"].read_bytes() == before


def test_one_file_for_two_modalities_is_refused(
    scans: Mapping[Modality, Path], assert_refused: Refused, output: Path
) -> None:
    assert_refused("segment", "--flair", scans["t2"], "--t2", scans["t2"], "-o", output, naming=scans["t2"])


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".seg.nrrd"])
def test_a_disk_that_is_full_is_told_and_the_older_result_stays(
    scans: Mapping[Modality, Path], tiny_weights: Path, output: Path, ending: str
) -> None:
    output = output.with_name(f"labels{ending}")
    output.write_text("older")
    words = ["lckd", "segment", "--flair", str(scans["flair"]), "-o", str(output), "--weights", str(tiny_weights)]
    script = (
        "import resource, signal, sys\n"
        "from lckd.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
        f"sys.argv = {words!r}\n"
        "main()\n"
    )
    result = subprocess.run([sys.executable, "-B", "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.startswith(f"lckd: Cannot write '{output}'")
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    assert output.read_text() == "older"


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, "lckd: Stopped."),
        (MemoryError(), 2, "lckd: There is too little memory for this: close other programs, or give smaller images."),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:83] . DefaultCPUAllocator: not enough memory: you tried"),
            2,
            "lckd: There is too little memory for this: close other programs, or give smaller images.",
        ),
        (OSError(5, "Input/output error"), 2, "lckd: The system refuses to go on: Input/output error."),
        (PermissionError(13, "Permission denied", "a/card"), 2, "lckd: 'a/card' cannot be used: Permission denied."),
    ],
)
def test_what_stops_a_command_is_told_in_one_line(
    capfd: pytest.CaptureFixture[str], error: BaseException, status: int, sentence: str
) -> None:
    def fail(_arguments: argparse.Namespace) -> None:
        raise error

    parser = argparse.ArgumentParser()
    parser.set_defaults(run=fail)
    assert run_command(parser, []) == status
    assert capfd.readouterr().err == sentence + "\n"


def test_too_little_memory_for_torch_is_told_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.set_defaults(run=lambda _arguments: torch.empty(2**60))
    assert run_command(parser, []) == 2
    assert capfd.readouterr().err.startswith("lckd: There is too little memory for this")


def test_an_unforeseen_error_is_not_hidden() -> None:
    def fail(_arguments: argparse.Namespace) -> None:
        message = "an odd one"
        raise RuntimeError(message)

    parser = argparse.ArgumentParser()
    parser.set_defaults(run=fail)
    with pytest.raises(RuntimeError, match="an odd one"):
        run_command(parser, [])


def test_without_a_folder_the_installed_weights_are_verified(
    lckd: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert lckd("weights", "verify") == 0
    assert "teachers: ET T1ce, TC T1ce, WT FLAIR" in capfd.readouterr().out


def test_weights_are_installed_listed_used_and_removed_by_name(
    own: Path,
    tiny_weights: Path,
    scans: Mapping[Modality, Path],
    output: Path,
    lckd: Callable[..., int],
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert lckd("weights", "install", tiny_weights, "--name", "mine") == 0
    assert capfd.readouterr().out.startswith(f"Installed 'mine' in '{own / 'mine'}'. To use them: lckd segment")
    assert lckd("segment", "--t2", scans["t2"], "--weights", "mine", "-o", output) == 0
    capfd.readouterr()
    assert lckd("weights", "verify", "mine") == 0
    assert capfd.readouterr().out.startswith(f"Intact: '{own / 'mine'}': untrained, 4 mm")
    assert lckd("weights", "remove", "mine") == 0
    assert capfd.readouterr().out == "Removed 'mine'.\n"
    assert not (own / "mine").exists()


def test_the_list_says_what_is_known_of_each(
    own: Path, tiny_weights: Path, lckd: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(tiny_weights, own / "good")
    shutil.copytree(tiny_weights, own / "spoilt")
    (own / "spoilt" / "model.safetensors").write_bytes(b"")
    assert lckd("weights", "list") == 0
    base, good, spoilt = capfd.readouterr().out.split("\n\n")
    assert base.startswith(
        "base (came with this software)\n    base, 2 mm, patients: 34 real, 96 synthetic, 7 election\n"
    )
    table = read_card(default_weights()).validation
    full, mean = (
        "/".join(f"{value:.2f}" for value in row["dice"].values()) for row in (table["subsets"][-1], table["mean"])
    )
    assert f"Dice of ET/TC/WT on 9 real patients: {full} from all four modalities, {mean} on" in base
    assert f" MB in '{default_weights()}'" in base
    assert good.startswith("good (installed by you)\n    untrained, 4 mm, patients: not told\n    not measured on real")
    assert spoilt.startswith(f"spoilt (installed by you)\n    Cannot be used. The weights '{own / 'spoilt'}")


@pytest.mark.parametrize(
    "strange",
    [
        {"validation": {"mean": 3}},
        {"validation": {"subsets": [{"subset": ["flair", "t1", "t1ce", "t2"]}], "mean": {"dice": {}}}},
        {"validation": {"mean": {"dice": {"ET": None}}, "cohort": {"n": 3}}, "cohorts": [{"name": "some", "train": 3}]},
    ],
)
def test_a_card_with_a_strange_table_is_listed_all_the_same(
    own: Path, tiny_weights: Path, lckd: Callable[..., int], capfd: pytest.CaptureFixture[str], strange: dict[str, Any]
) -> None:
    write_card(dataclasses.replace(read_card(tiny_weights), **strange), own / "odd")
    shutil.copy(tiny_weights / "model.safetensors", own / "odd")
    assert lckd("weights", "list") == 0
    assert "untrained, 4 mm, patients: not told\n    not measured on real patients\n" in capfd.readouterr().out


def test_it_is_told_where_weights_lie(own: Path, lckd: Callable[..., int], capfd: pytest.CaptureFixture[str]) -> None:
    assert lckd("weights", "where") == 0
    first, second = capfd.readouterr().out.splitlines()
    assert f"'{own}'" in first
    assert f"'{default_weights()}'" in second


@pytest.mark.parametrize(
    ("words", "naming"),
    [
        (["weights", "install", "nothing.zip"], "nothing.zip"),
        (["weights", "install", default_weights()], "'base'"),
        (["weights", "install", default_weights(), "--name", ""], "''"),
        (["weights", "remove", "base"], "'base'"),
        (["weights", "remove", "nothing"], "'nothing'"),
        (["weights", "verify", "nothing"], "'nothing'"),
        (["segment", "--t1", "t1.nii.gz", "-o", "out.nii.gz", "--weights", "nothing"], "'nothing'"),
    ],
)
@pytest.mark.usefixtures("own")
def test_a_mistake_about_weights_is_told(words: list[object], naming: str, assert_refused: Refused) -> None:
    assert_refused(*words, naming=naming)
