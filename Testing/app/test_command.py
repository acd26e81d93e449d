"""The command `lckd app`, as far as it comes without a page."""

from pathlib import Path

import pytest

from lckd.cli import build_parser, run_command


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(build_parser(), ["app", f"--port={port}"]) == 2
    assert f"'{port}' is no port" in capsys.readouterr().err


def test_unknown_weights_are_refused_before_anything_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(build_parser(), ["app", "--weights", "nowhere", "--no-browser"]) == 2
    assert "There are no weights 'nowhere'" in capsys.readouterr().err


def test_a_folder_without_images_is_refused_before_anything_is_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(build_parser(), ["app", str(tmp_path), "--no-browser"]) == 2
    assert "There is no image in" in capsys.readouterr().err
