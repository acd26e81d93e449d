"""The command `lckd app`, as far as it comes without a page."""

import webbrowser
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from lckd.cli import build_parser, run_command

ADDRESS, ONCE = "http://127.0.0.1:8080/?secret=key", "http://127.0.0.1:8080/?once=key"


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


class ABrowser:
    """Keeps what it is to open, and is not done until it is told."""

    def __init__(self, name: str) -> None:
        self.name, self.opened, self.end = name, SimpleQueue[str](), Event()

    def open(self, address: str) -> bool:
        self.opened.put(address)
        return self.end.wait(20)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Start a server that is asked to stop as soon as it has told its address, with some browser on this computer."""

    def run(browser: ABrowser, *words: str) -> int:
        monkeypatch.setattr(webbrowser, "get", lambda: browser)
        return run_command(build_parser(), ["app", *words])

    monkeypatch.setattr("lckd_app.server.serve", lambda *_, tell, **__: tell(ADDRESS, ONCE))
    monkeypatch.setattr("os._exit", lambda _: None)
    return run


def test_a_browser_is_opened_and_not_waited_for(start: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    browser = ABrowser("firefox")
    assert start(browser) == 0
    assert browser.opened.get(timeout=5) == ONCE
    browser.end.set()
    assert ADDRESS in capsys.readouterr().out


@pytest.mark.parametrize(("name", "words"), [("w3m", []), ("firefox", ["--no-browser"])])
def test_the_address_is_only_printed_where_no_window_opens_or_none_is_wished(
    start: Callable[..., int], capsys: pytest.CaptureFixture[str], name: str, words: list[str]
) -> None:
    browser = ABrowser(name)
    assert start(browser, *words) == 0
    assert browser.opened.empty()
    assert ADDRESS in capsys.readouterr().out
