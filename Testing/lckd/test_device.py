"""Where to compute, and in what precision."""

import pytest
import torch

from lckd.device import bfloat16_pays


@pytest.mark.parametrize("pays", [True, False])
def test_bfloat16_pays_on_a_gpu_that_supports_it(monkeypatch: pytest.MonkeyPatch, *, pays: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: pays)
    assert bfloat16_pays(torch.device("cuda")) is pays


@pytest.mark.parametrize(("has_library", "supports"), [(True, True), (True, False), (False, True)])
def test_bfloat16_pays_on_a_cpu_whose_library_computes_in_it(
    monkeypatch: pytest.MonkeyPatch, *, has_library: bool, supports: bool
) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: has_library)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: supports)
    assert bfloat16_pays(torch.device("cpu")) is (has_library and supports)
