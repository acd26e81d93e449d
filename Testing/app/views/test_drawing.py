"""Where nothing can be drawn, a sentence says what to install: VTK would end the process."""

import subprocess
import sys
from pathlib import Path

import pytest

from lckd.errors import InputError
from lckd_app.views import drawing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="EGL draws on Linux only")


def test_what_draws_here_is_found(the_repository: Path) -> None:
    program = "from lckd_app.views.drawing import require_drawing; require_drawing()"
    path = the_repository / "LCKDSegmentation"  # a process of its own: it would end what the views of others draw with
    done = subprocess.run([sys.executable, "-c", program], cwd=path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_it_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LIBRARY", "libnowhere.so.1")
    with pytest.raises(InputError, match=r"libnowhere\.so\.1 .*apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri"):
        drawing.require_drawing()
