"""Where nothing can be drawn, a sentence says what to install: VTK would end the process."""

import sys

import pytest

from lckd.errors import InputError
from lckd_app.views import drawing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="EGL draws on Linux only")


def test_what_draws_here_is_found() -> None:
    drawing.require_drawing()


def test_without_it_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LIBRARY", "libnowhere.so.1")
    with pytest.raises(InputError, match=r"libnowhere\.so\.1 .*apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri"):
        drawing.require_drawing()
