"""Maps that `lckd segment` writes beside the labels."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.cli import build_parser, run_command
from lckd.errors import OutputError
from lckd.maps import add_map_arguments, map_of, map_paths, require_map_paths
from lckd.region import REGIONS, labels_from_regions
from lckd.segmentation import Segmentation

SameGrid = Callable[[sitk.Image, sitk.Image], None]


@pytest.fixture
def parse() -> Callable[..., argparse.Namespace]:
    parser = argparse.ArgumentParser()
    add_map_arguments(parser)
    return lambda *words: parser.parse_args([str(word) for word in words])


@pytest.fixture
def a_scan(make_image: Callable[..., sitk.Image], a_head: Callable[[str], object], tmp_path: Path) -> Path:
    sitk.WriteImage(make_image("oblique", a_head("t2")), str(tmp_path / "t2.nrrd"))
    return tmp_path / "t2.nrrd"


def test_a_map_is_the_uncertainty_or_the_probability_of_its_region(
    make_segmentation: Callable[..., Segmentation],
) -> None:
    result = make_segmentation("axis-aligned")
    maps = {name: sitk.GetArrayFromImage(map_of(result, name)) for name in ("uncertainty", *REGIONS)}
    assert np.array_equal(maps["uncertainty"], sitk.GetArrayFromImage(result.uncertainty()))
    assert all(np.array_equal(maps[name], sitk.GetArrayFromImage(result.probability(name))) for name in REGIONS)


def test_each_map_that_is_asked_for_has_a_file(parse: Callable[..., argparse.Namespace]) -> None:
    assert map_paths(parse()) == {}
    assert list(map_paths(parse("--uncertainty", "doubt.nrrd"))) == ["uncertainty"]
    paths = map_paths(parse("--probabilities", "maps"))
    assert paths == {region: Path("maps") / f"{region}.nii.gz" for region in REGIONS}


@pytest.mark.parametrize("name", ["doubt.docx", "doubt", "doubt.seg.nrrd", ".nii.gz", "a-folder.nrrd"])
def test_a_map_that_cannot_be_written_is_refused(
    parse: Callable[..., argparse.Namespace], tmp_path: Path, name: str
) -> None:
    (tmp_path / "a-folder.nrrd").mkdir()
    with pytest.raises(OutputError, match=r"The map '.*' cannot be a file of that name: give one that ends in"):
        require_map_paths(parse("--uncertainty", tmp_path / name))


def test_probabilities_in_place_of_a_file_are_refused(parse: Callable[..., argparse.Namespace], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"go into a folder, and .*file' is a file: give another name"):
        require_map_paths(parse("--probabilities", tmp_path / "file"))


def test_probabilities_that_are_called_like_a_file_are_refused(
    parse: Callable[..., argparse.Namespace], tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match=r"go into a folder, and .*wt\.nii\.gz' is called like a file: give another"):
        require_map_paths(parse("--probabilities", tmp_path / "wt.nii.gz"))


def test_the_command_writes_maps_on_the_voxels_of_the_reference(
    a_scan: Path, tiny_weights: Path, tmp_path: Path, assert_same_grid: SameGrid
) -> None:
    words = ["segment", "--t2", a_scan, "--weights", tiny_weights, "--device", "cpu", "-o", tmp_path / "labels.nrrd"]
    maps = ["--uncertainty", tmp_path / "doubt.nrrd", "--probabilities", tmp_path / "new" / "maps"]
    assert run_command(build_parser(), [str(word) for word in (*words, *maps)]) == 0
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "labels.nrrd")))
    for path in (tmp_path / "doubt.nrrd", *(tmp_path / "new" / "maps" / f"{region}.nii.gz" for region in REGIONS)):
        assert_same_grid(sitk.ReadImage(str(path)), sitk.ReadImage(str(a_scan)))
    maps_of = [sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "new/maps" / f"{one}.nii.gz"))) for one in REGIONS]
    assert np.array_equal(labels_from_regions(np.stack(maps_of) > 0.5), labels)


@pytest.mark.parametrize("other", ["labels.nrrd", "t2.nrrd", "maps/../labels.nrrd", "link/labels.nrrd"])
def test_a_map_in_place_of_another_file_is_refused_before_anything_is_computed(
    a_scan: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], other: str
) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    before = a_scan.read_bytes()
    words = ["segment", "--t2", a_scan, "-o", tmp_path / "labels.nrrd", "--uncertainty", tmp_path / other]
    assert run_command(build_parser(), [str(word) for word in words]) == 2
    told = capfd.readouterr().err
    assert f"'{tmp_path / other}' is" in told or f"'{tmp_path / 'labels.nrrd'}' is given for two outputs" in told
    assert a_scan.read_bytes() == before
    assert not (tmp_path / "labels.nrrd").exists()


def test_a_map_where_nothing_can_be_written_is_refused_before_anything_is_computed(
    a_scan: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    map_path = a_scan / "doubt.nrrd"  # a file where a folder should be
    words = ["segment", "--t2", a_scan, "-o", tmp_path / "labels.nrrd", "--uncertainty", map_path]
    assert run_command(build_parser(), [str(word) for word in words]) == 2
    assert f"Cannot write '{map_path}': check its name" in capfd.readouterr().err
    assert not (tmp_path / "labels.nrrd").exists()
