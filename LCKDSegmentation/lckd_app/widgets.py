"""Small things that every part of the page uses."""

from typing import Any


def testid(name: str) -> dict[str, Any]:
    """Give a widget the name by which tests find it."""
    return {"raw_attrs": [f'data-testid="{name}"']}
