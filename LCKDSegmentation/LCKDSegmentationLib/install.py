"""Install what the module needs, after the user agreed, the way Slicer wants it."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

import slicer.util
from slicer.i18n import tr as _

from lckd.errors import LckdError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

REQUESTER = "LCKDSegmentation"
TORCH_REQUIREMENT = ">=2.2"


class InstallError(LckdError):
    """A dependency is missing and was not installed."""


def ensure_dependencies(requirements: Path) -> None:
    """Install torch and the packages of a requirements file, unless they are there; the user is asked first.

    Args:
        requirements: The module's `requirements.txt`.

    Raises:
        InstallError: The PyTorch extension is missing, the user declined, or pip failed.
    """
    try:
        _ensure_torch()
        _ensure_packages(requirements)
    except (ImportError, OSError, RuntimeError) as error:
        message = _("The Python packages could not be installed ({reason}): restart Slicer and press Apply again.")
        raise InstallError(message.format(reason=error)) from error
    except CalledProcessError as error:
        message = _(
            "The Python packages could not be installed (pip ended with code {code}): see the Python console for its "
            "reason, check the connection to the internet and press Apply again."
        )
        raise InstallError(message.format(code=error.returncode)) from error


def _ensure_torch() -> None:
    """Let the PyTorch extension choose the build of torch that suits this computer's GPU.

    Raises:
        InstallError: The PyTorch extension is missing, or the user declined.
    """
    from packaging.requirements import Requirement

    try:
        from PyTorchUtils import PyTorchUtilsLogic
    except ImportError as error:
        message = _("The extension 'PyTorch' is missing: install it in the Extensions Manager and restart Slicer.")
        raise InstallError(message) from error
    if _is_met(Requirement(f"torch{TORCH_REQUIREMENT}")):
        return  # without asking the extension, which would import torch into the process of the window
    if PyTorchUtilsLogic().installTorch(askConfirmation=True, torchVersionRequirement=TORCH_REQUIREMENT) is None:
        message = _("PyTorch was not installed: press Apply again and agree to the installation.")
        raise InstallError(message)


def _ensure_packages(requirements: Path) -> None:
    """Install the packages of a requirements file.

    Raises:
        InstallError: The user declined.
    """
    try:
        from slicer import packaging
    except ImportError:  # Slicer 5.10
        _ensure_packages_before_5_12(requirements)
        return
    try:
        packaging.pip_ensure(packaging.load_requirements(requirements), requester=REQUESTER)
    except RuntimeError as error:  # how it says that the user declined
        message = _("The packages of {file} were not installed: press Apply again and agree.")
        raise InstallError(message.format(file=requirements.name)) from error


def _ensure_packages_before_5_12(requirements: Path) -> None:
    """Do what `slicer.packaging.pip_ensure` does since 5.12.

    Raises:
        InstallError: The user declined.
    """
    missing = _missing(requirements.read_text(encoding="utf-8").splitlines())
    if not missing:
        return
    question = _("LCKDSegmentation needs these Python packages: {packages}. Install them now?")
    if not slicer.util.confirmOkCancelDisplay(question.format(packages=", ".join(missing))):
        message = _("These packages were not installed: {packages}. Press Apply again and agree.")
        raise InstallError(message.format(packages=", ".join(missing)))
    slicer.util.pip_install(missing)


def _missing(lines: list[str]) -> list[str]:
    """List the requirements that are not met; comments and empty lines are none."""
    from packaging.requirements import Requirement

    texts = [line.split("#")[0].strip() for line in lines]
    return [text for text in texts if text and not _is_met(Requirement(text))]


def _is_met(requirement: "Requirement") -> bool:
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False
