import sys

import pytest
import torch

from lckd import memory
from lckd.errors import DeviceError
from lckd.memory import free_bytes, require_memory

CPU = torch.device("cpu")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux says how much memory is free")
def test_system_says_how_much_memory_is_free() -> None:
    free = free_bytes()
    assert free is not None
    assert 2**20 < free < 2**50


def test_head_at_the_usual_spacing_needs_less_than_a_gigabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 10**9)
    require_memory(460_000, modalities=4, channels=16, device=CPU)


def test_patient_that_does_not_fit_is_refused_with_both_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 2**29)
    with pytest.raises(DeviceError, match=r"needs about 0\.7 GB .* has 0\.5 GB free: close other programs"):
        require_memory(460_000, modalities=4, channels=16, device=CPU)


def test_nothing_is_refused_where_the_system_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: None)
    require_memory(10**9, modalities=4, channels=16, device=CPU)
