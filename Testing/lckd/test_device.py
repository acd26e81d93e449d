"""Where to compute, and in what precision."""

from pathlib import Path

import pytest
import torch

from lckd import device
from lckd.device import bfloat16_pays


@pytest.mark.parametrize(("capability", "pays"), [((7, 5), False), ((8, 0), True), ((9, 0), True)])
def test_bfloat16_pays_on_a_gpu_that_has_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], *, pays: bool
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    assert bfloat16_pays(torch.device("cuda")) is pays


@pytest.mark.parametrize(
    ("words", "pays"),
    [
        ("flags : avx512f avx512bw", False),
        ("flags : avx512f avx512_bf16", True),
        ("flags : avx512f amx_bf16 amx_tile", True),
        ("Features : asimd bf16", True),
    ],
)
def test_bfloat16_pays_on_a_cpu_that_has_instructions_for_it_and_not_where_it_is_imitated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, *, pays: bool
) -> None:
    (tmp_path / "cpuinfo").write_text(words, encoding="ascii")
    monkeypatch.setattr(device, "PROCESSOR_FILE", tmp_path / "cpuinfo")
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    assert bfloat16_pays(torch.device("cpu")) is pays


@pytest.mark.parametrize(("has_library", "supports"), [(True, False), (False, True)])
def test_bfloat16_does_not_pay_where_the_library_does_not_compute_in_it(
    monkeypatch: pytest.MonkeyPatch, *, has_library: bool, supports: bool
) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: has_library)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: supports)
    assert not bfloat16_pays(torch.device("cpu"))
