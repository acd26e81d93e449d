import pytest
import torch
from torch import Tensor, nn

from lckd.network.encoder import InstanceNorm


@pytest.fixture(params=[1, 3], ids=["one sample", "three samples"])
def features(request: pytest.FixtureRequest) -> Tensor:
    return torch.randn((request.param, 4, 5, 6, 7), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last_3d], ids=["first", "last"])
def test_norm_is_that_of_torch_and_keeps_the_memory_format(features: Tensor, layout: torch.memory_format) -> None:
    theirs, ours = nn.InstanceNorm3d(4, affine=True), InstanceNorm(4, affine=True)
    given = features.to(memory_format=layout)
    result = ours(given)
    torch.testing.assert_close(result, theirs(features))
    assert result.is_contiguous(memory_format=layout)
