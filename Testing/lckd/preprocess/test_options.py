"""The arguments that commands share."""

import argparse
from pathlib import Path

import pytest

from lckd.errors import OutputError
from lckd.preprocess import PreprocessOptions, add_arguments, cache_from, options_from


@pytest.fixture
def a_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser


def test_without_arguments_it_looks_for_itself(a_parser: argparse.ArgumentParser) -> None:
    assert options_from(a_parser.parse_args([])) == PreprocessOptions("auto", "auto", correct_bias=False)


def test_every_option_can_be_chosen(a_parser: argparse.ArgumentParser) -> None:
    parsed = a_parser.parse_args(["--register", "no", "--skull-stripped", "yes", "--correct-bias"])
    assert options_from(parsed) == PreprocessOptions("no", "yes", correct_bias=True)


def test_the_cache_is_the_given_folder_or_none(a_parser: argparse.ArgumentParser) -> None:
    assert cache_from(a_parser.parse_args(["--cache", "here"])) == Path("here")
    assert cache_from(a_parser.parse_args(["--no-cache"])) is None


def test_a_cache_that_is_a_file_is_refused(
    a_parser: argparse.ArgumentParser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("LCKD_CACHE_DIR", str(file))
    for words in (["--cache", str(file)], []):
        with pytest.raises(OutputError, match=r"The cache '.*file' is a file: give"):
            cache_from(a_parser.parse_args(words))
