"""Slicer's own modules in Python, loaded from a source tree of Slicer over the stand-ins of the test host."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import slicer

from Testing.host import application
from Testing.host.pythonqt import qt
from Testing.host.widgets import ctk

OWN = ("util", "i18n", "packaging", "parameterNodeWrapper", "ScriptedLoadableModule")
"""What is Slicer's own here, in the order in which they need each other; Slicer 5.10 has no `packaging`."""

WIDGET = re.compile(r"\b(ctk|slicer)\.((?:ctk|qMRML)\w+)")


def use(tree: Path) -> None:
    """Let the test host start with Slicer's own modules.

    Args:
        tree: Source tree of Slicer, of which the folder `Base/Python` is needed.

    Raises:
        FileNotFoundError: There is no such folder.
    """
    folder = tree / "Base" / "Python" / "slicer"
    if not (folder / "ScriptedLoadableModule.py").is_file():
        message = f"'{folder}' does not hold Slicer's Python code: give an extracted source tree of Slicer."
        raise FileNotFoundError(message)
    stand_ins = application.python_modules()
    application.python_modules = lambda: _without_own(stand_ins) | _load_all(folder)


def _without_own(stand_ins: dict[str, Any]) -> dict[str, Any]:
    for name in OWN:
        sys.modules.pop(f"slicer.{name}", None)
        vars(slicer).pop(name, None)
    return {name: module for name, module in stand_ins.items() if name.removeprefix("slicer.") not in OWN}


def _load_all(folder: Path) -> dict[str, Any]:
    _name_widgets(folder / "parameterNodeWrapper" / "guiConnectors.py")
    paths = {name: next((path for path in _places(folder, name) if path.is_file()), None) for name in OWN}
    return {f"slicer.{name}": _load(name, path) for name, path in paths.items() if path}


def _places(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.py", folder / name / "__init__.py"


def _load(name: str, path: Path) -> Any:  # noqa: ANN401 - a module
    spec: Any = importlib.util.spec_from_file_location(f"slicer.{name}", path)
    module = sys.modules[f"slicer.{name}"] = importlib.util.module_from_spec(spec)
    setattr(slicer, name, module)
    spec.loader.exec_module(module)
    return module


def _name_widgets(connectors: Path) -> None:
    """Let the classes exist that Slicer's connectors only name: the panel uses none of them."""
    for package, name in WIDGET.findall(connectors.read_text(encoding="utf-8")):
        members = vars(ctk if package == "ctk" else slicer)
        members.setdefault(name, type(name, (qt.QWidget,), {}))
