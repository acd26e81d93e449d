"""What the panel needs is installed after consent only, and every way that this can fail ends in a sentence."""

import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import slicer.util

from Testing.host import Host
from Testing.host.pythonqt import make_module

REQUIREMENTS = "# a comment\nsafetensors>=0.4\nnot-there>=1.0\n"


@pytest.fixture
def install(host: Host) -> ModuleType:
    assert host
    from LCKDSegmentationLib import install as module  # noqa: PLC0415 - it needs the application

    return module


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS, encoding="utf-8")
    return tmp_path / "requirements.txt"


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, install: ModuleType) -> Callable[[str], None]:
    """Let a package be missing."""

    def hide(name: str) -> None:
        def version(asked: str) -> str:
            if asked == name:
                raise PackageNotFoundError(asked)
            return installed_version(asked)

        monkeypatch.setattr(install, "version", version)

    return hide


def refusal(install: ModuleType, requirements: Path) -> str:
    with pytest.raises(install.InstallError) as refused:
        install.ensure_dependencies(requirements)
    return str(refused.value)


def test_nothing_is_asked_where_nothing_is_missing(host: Host, install: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("safetensors>=0.4\n", encoding="utf-8")
    install.ensure_dependencies(tmp_path / "requirements.txt")
    assert host.dialogs == []


def test_missing_extension_pytorch_is_named(
    install: ModuleType, requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PyTorchUtils", None)
    assert "extension 'PyTorch' is missing: install it in the Extensions Manager" in refusal(install, requirements)


def test_torch_is_left_to_its_extension_which_asks_first(
    host: Host, install: ModuleType, requirements: Path, without: Callable[[str], None]
) -> None:
    without("torch")
    assert "PyTorch was not installed: press Apply again and agree" in refusal(install, requirements)
    assert any("install torch >=2.2, asking: True" in text for text in host.dialogs)


def test_torch_that_does_not_import_after_all_is_told_of(
    install: ModuleType, requirements: Path, without: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    class PyTorchUtilsLogic:
        def installTorch(self, **_options: Any) -> None:  # noqa: ANN401, N802 - the extension's
            raise ImportError("DLL load failed")  # noqa: EM101 - it is only looked for

    without("torch")
    monkeypatch.setitem(sys.modules, "PyTorchUtils", make_module("PyTorchUtils", PyTorchUtilsLogic))
    assert "could not be installed (DLL load failed)" in refusal(install, requirements)


def test_packages_that_are_declined_are_told_of(host: Host, install: ModuleType, requirements: Path) -> None:
    assert "requirements.txt were not installed: press Apply again and agree" in refusal(install, requirements)
    assert any("asks to install not-there>=1.0" in text for text in host.dialogs)


def test_slicer_5_10_asks_itself_and_installs_only_what_is_missing(
    host: Host, install: ModuleType, requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setitem(sys.modules, "slicer.packaging", None)
    monkeypatch.setattr(slicer.util, "pip_install", asked.append, raising=False)
    assert "not-there>=1.0. Press Apply again and agree" in refusal(install, requirements)
    assert asked == []
    host.answer("needs these Python packages: not-there>=1.0", "OK")
    install.ensure_dependencies(requirements)
    assert asked == [["not-there>=1.0"]]
