"""Results are named after patients, and lie in their folder whatever a patient is called."""

from pathlib import Path

import pytest

from lckd.batch.job import LAYOUTS, Layout
from lckd.batch.names import require_safe_name, same_file_key
from lckd.batch.places import places_of
from lckd.errors import InputError

UNSAFE = ["", "..", ".", "../up", "a/b", "a\\b", "/etc", ".hidden", "-o", "=1+1", "a:b", "tab\t", "end.", "end ", "CON",
          "nul.x", "x" * 300, "line\nbreak", "\udcff"]  # fmt: skip


@pytest.mark.parametrize("name", ["Anna", "Bert Müller", "患者 7", "sub-01_ses-2", "BraTS-GLI-00001-000", "7.1 (b)"])
def test_spaces_and_letters_of_every_alphabet_are_welcome(name: str) -> None:
    require_safe_name(name)


@pytest.mark.parametrize("name", UNSAFE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_name_that_would_lead_elsewhere_is_refused(tmp_path: Path, name: str, layout: Layout) -> None:
    with pytest.raises(InputError, match=r"The patient name '.*: rename the folder"):
        places_of(name, tmp_path, layout)


def test_names_that_a_system_takes_for_one_are_told() -> None:
    assert same_file_key("MÜLLER") == same_file_key("mu\u0308ller") != same_file_key("muller")


def test_flat_results_lie_beside_each_other(tmp_path: Path) -> None:
    places = places_of("Anna", tmp_path, "flat")
    assert [path.name for path in places.in_order()] == ["Anna.json", "Anna.nii.gz", "Anna.png"]
    assert {path.parent for path in places.in_order()} == {tmp_path}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sub-01", "sub-01/anat/sub-01_desc-lckd_dseg.nii.gz"),
        ("sub-01_ses-2", "sub-01/ses-2/anat/sub-01_ses-2_desc-lckd_dseg.nii.gz"),
        ("BraTS20_Training_001", "sub-BraTS20Training001/anat/sub-BraTS20Training001_desc-lckd_dseg.nii.gz"),
    ],
)
def test_a_derivative_of_bids_has_its_names(tmp_path: Path, name: str, expected: str) -> None:
    assert places_of(name, tmp_path, "bids").label_map == tmp_path / expected


def test_a_link_that_leads_out_of_the_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "sub-01").mkdir(parents=True)
    (tmp_path / "out" / "sub-01" / "anat").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"anat' is a link out of the folder of the results: remove"):
        places_of("sub-01", tmp_path / "out", "bids")


def test_a_name_without_a_letter_for_bids_is_told_the_other_layout(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="use --layout flat"):
        places_of("患者", tmp_path, "bids")
