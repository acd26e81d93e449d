"""Fixtures for every suite: things, not actions. A suite keeps what only it needs in its own conftest.py."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def the_repository() -> Path:
    """Root folder of the checkout."""
    return ROOT
