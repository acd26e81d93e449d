"""Stand-ins for Python modules that come with Slicer or with another extension. Nothing is ever installed."""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from Testing.host.pythonqt import make_module, reply

samples: list[dict[str, Any]] = []
"""What was offered to the module Sample Data."""


def load_requirements(path: str | Path) -> list[Requirement]:
    lines = [line.split("#")[0].strip() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pip_check(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False


def pip_ensure(requirements: list[Requirement], requester: str = "") -> None:
    missing = [str(requirement) for requirement in requirements if not pip_check(requirement)]
    if missing:
        reply(f"{requester} asks to install {', '.join(missing)}", None)
        message = "the user declined: the test host installs nothing"
        raise RuntimeError(message)


class PyTorchUtilsLogic:
    def torchInstalled(self) -> bool:
        return find_spec("torch") is not None

    def installTorch(self, askConfirmation: bool, torchVersionRequirement: str) -> Any:
        """Give None, as if the user declined."""
        return reply(f"install torch {torchVersionRequirement}, asking: {askConfirmation}", None)


class SampleDataLogic:
    @staticmethod
    def registerCustomSampleDataSource(**source: Any) -> None:
        if source not in samples:  # a module hears of the application's start again when another one is loaded
            samples.append(source)

    @staticmethod
    def registerCustomSampleDataCategory(category: str, title: str) -> None:
        """Take a heading."""


def tr(text: str) -> str:
    return text


def translate(_context: str, text: str) -> str:
    return text


STAND_INS = (
    make_module("slicer.i18n", tr, translate),
    make_module("slicer.packaging", load_requirements, pip_check, pip_ensure),
    make_module("PyTorchUtils", PyTorchUtilsLogic),
    make_module("SampleData", SampleDataLogic),
)
