"""What the Extensions Index checks by itself and what its reviewers ask for: a dry run of a submission."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

NAME = "LCKDSegmentation"
SCHEMA = r"https://raw\.githubusercontent\.com/Slicer/Slicer/main/Schemas/slicer-extension-catalog-entry-schema-v\d\.\d\.\d\.json#"
# The schema knows "scm_type", "enabled" and, since 1.0.2, "dicom_support_rule" too: their defaults suit us.
FIELDS = {
    "$schema": str, "build_dependencies": list, "build_subdirectory": str, "category": str, "scm_revision": str,
    "scm_url": str, "tier": int,
}  # fmt: skip
SETTINGS = {
    "HOMEPAGE", "CONTRIBUTORS", "DESCRIPTION", "ICONURL", "SCREENSHOTURLS", "DEPENDS", "LICENSE_FILE", "README_FILE",
}  # fmt: skip
DOCUMENTED = {
    "name": rf"\A# {NAME}\n",
    "picture": r"\A# .+\n\n!\[",
    "module and where it is": r"\*Segmentation > LCKD Brain Tumour Segmentation\*",
    "training": r"^## Train$",
    "sample data": r"\*Sample Data\b",
    "tutorial": r"\[[^\]]+\]\(Resources/panel\.md\): five-minute tutorial",
    "citation": r"arXiv \d{4}\.\d{5}.+\(CITATION\.cff\)",
    "licence": r"\[Apache-2\.0\]\(LICENSE\.txt\)",
    "no clinical use": r"Not for clinical use",
}


@pytest.fixture(scope="module")
def lists(the_repository: Path) -> str:
    """The extension's CMakeLists.txt."""
    return (the_repository / "CMakeLists.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def settings(lists: str) -> dict[str, str]:
    """What is set in it before Slicer is looked for, without the prefix EXTENSION_."""
    before = lists.partition("find_package(Slicer")[0]
    return dict(re.findall(r'^set\(EXTENSION_(\w+) "(.+)"\)$', before, re.MULTILINE))


@pytest.fixture(scope="module")
def entry(the_repository: Path) -> dict[str, Any]:
    """The file that is handed in."""
    file = the_repository / "Resources" / "index" / f"{NAME}.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


def pictures(settings: dict[str, str]) -> list[str]:
    return [settings["ICONURL"], *settings["SCREENSHOTURLS"].split()]


def test_the_entry_has_the_fields_of_the_schema(entry: dict[str, Any]) -> None:
    assert {name: type(value) for name, value in entry.items()} == FIELDS
    assert re.fullmatch(SCHEMA, entry["$schema"])
    assert entry["tier"] in {1, 3, 5}
    assert entry["category"] == "Segmentation"


def test_the_repository_is_named_after_the_extension(entry: dict[str, Any], lists: str) -> None:
    assert re.fullmatch(rf"https://github\.com/[\w-]+/Slicer{NAME}\.git", entry["scm_url"])
    assert re.findall(r"(?im)^\s*project\s*\(\s*([^\s)]+)", lists) == [NAME]


def test_a_branch_is_followed_so_that_a_release_needs_no_submission(entry: dict[str, Any]) -> None:
    assert not re.fullmatch(r"[0-9a-f]{7,40}", entry["scm_revision"])


def test_the_extension_describes_itself_before_it_looks_for_slicer(settings: dict[str, str]) -> None:
    assert set(settings) == SETTINGS


def test_slicers_files_are_included_in_slicers_order(lists: str) -> None:
    commands = re.findall(r"^(?:find_package\(Slicer REQUIRED\)|include\(.+\)|## NEXT_MODULE)$", lists, re.MULTILINE)
    assert commands == [
        "find_package(Slicer REQUIRED)",
        "include(${Slicer_USE_FILE})",
        "## NEXT_MODULE",
        "include(${Slicer_EXTENSION_GENERATE_CONFIG})",
        "include(${Slicer_EXTENSION_CPACK})",
    ]


def test_the_entry_and_the_extension_say_the_same(entry: dict[str, Any], settings: dict[str, str]) -> None:
    assert entry["scm_url"] == settings["HOMEPAGE"] + ".git"
    assert entry["build_dependencies"] == settings["DEPENDS"].split() == ["PyTorch"]
    assert entry["build_subdirectory"] == settings.get("BUILD_SUBDIRECTORY", ".")


def test_the_description_is_one_or_two_sentences_and_says_what_it_is_not_for(settings: dict[str, str]) -> None:
    assert len(re.findall(r"\.(?:\s|$)", settings["DESCRIPTION"])) <= 2
    assert "not for clinical use" in settings["DESCRIPTION"]


def test_the_pictures_lie_in_the_branch_that_is_handed_in(
    the_repository: Path, repository_files: list[Path], entry: dict[str, Any], settings: dict[str, str]
) -> None:
    raw = entry["scm_url"].removesuffix(".git").replace("github.com", "raw.githubusercontent.com")
    for address in pictures(settings):
        assert address.startswith(f"{raw}/{entry['scm_revision']}/")
        path = the_repository / address.removeprefix(f"{raw}/{entry['scm_revision']}/")
        assert path in repository_files
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_icon_is_a_square_of_a_usual_size(the_repository: Path, settings: dict[str, str]) -> None:
    icon = the_repository / settings["ICONURL"].rpartition("/")[2]
    width, height = struct.unpack(">II", icon.read_bytes()[16:24])
    assert width == height
    assert 128 <= width <= 512


def test_the_licence_lies_where_the_index_looks(the_repository: Path, settings: dict[str, str]) -> None:
    assert settings["LICENSE_FILE"] == "${CMAKE_CURRENT_SOURCE_DIR}/LICENSE.txt"
    text = (the_repository / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0" in text


@pytest.mark.parametrize("what", DOCUMENTED)
def test_the_readme_has_what_a_reviewer_looks_for(the_repository: Path, settings: dict[str, str], what: str) -> None:
    assert settings["README_FILE"] == "${CMAKE_CURRENT_SOURCE_DIR}/README.md"
    readme = (the_repository / "README.md").read_text(encoding="utf-8")
    assert re.search(DOCUMENTED[what], readme, re.MULTILINE | re.DOTALL), f"README.md lost its {what}"


def test_the_tutorial_goes_step_by_step_from_the_sample_data(the_repository: Path) -> None:
    tutorial = (the_repository / "Resources" / "panel.md").read_text(encoding="utf-8")
    first = re.search(r"^1\. (.+)$", tutorial, re.MULTILINE)
    assert first is not None
    assert "*Sample Data*" in first[1]
    assert re.search(r"^3\. ", tutorial, re.MULTILINE)
    assert "![" in tutorial
