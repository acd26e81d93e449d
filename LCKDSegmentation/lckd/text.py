"""Reading the text files that people write or hand over: manifests, settings, split files, lists and tables."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def read_text(path: Path) -> str:
    """Read a text file in UTF-8; a byte-order mark, with which editors and spreadsheets begin files, is dropped.

    Raises:
        OSError: It cannot be read, or is no file: a pipe would be waited for without end.
        ValueError: It is not UTF-8.
    """
    if path.exists() and not path.is_file():
        message = "it is a folder, a pipe or a device"
        raise OSError(message)
    return path.read_text(encoding="utf-8-sig")


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON of any kind
    """Read a JSON file in which no object says two things of one name, of which the last would win silently.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no such JSON.
    """
    try:
        return json.loads(read_text(path), object_pairs_hook=_each_once)
    except RecursionError as error:
        message = "it is nested too deeply"
        raise ValueError(message) from error


def repeated(names: Iterable[str]) -> list[str]:
    """Find the names that stand more than once, in the order of their first appearance."""
    return [name for name, count in Counter(names).items() if count > 1]


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    twice = repeated(name for name, _ in pairs)
    if twice:
        message = f"'{twice[0]}' stands twice in one object"
        raise ValueError(message)
    return dict(pairs)
