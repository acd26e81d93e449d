"""Tumour transplants between crops."""

import torch
from torch import Tensor

from lckd_training.samples.transplant import transplant

ALL = torch.ones(4, dtype=torch.bool)


def a_brain(intensity: float, *, tumour_at: int | None) -> tuple[Tensor, Tensor]:
    """A cube of brain in a background of 0, with a cubic tumour of twice the intensity where it is asked for."""
    volumes, occupancy = torch.zeros(4, 20, 20, 20), torch.zeros(3, 20, 20, 20)
    volumes[:, 2:-2, 2:-2, 2:-2] = intensity
    if tumour_at is not None:
        place = (slice(None), *[slice(tumour_at, tumour_at + 4)] * 3)
        volumes[place], occupancy[place] = 2 * intensity, 1.0
    return volumes, occupancy


def test_the_tumour_arrives_whole_with_its_labels() -> None:
    donor = a_brain(1.0, tumour_at=8)
    volumes, occupancy = transplant(a_brain(3.0, tumour_at=None), donor, modalities=ALL)
    tumour = donor[1] > 0
    assert torch.equal(occupancy[tumour], donor[1][tumour])
    assert torch.equal(volumes[:, tumour[0]], donor[0][:, tumour[0]])
    assert float(occupancy[~tumour].max()) == 0.0


def test_the_host_is_itself_away_from_the_tumour_and_outside_the_brain() -> None:
    host = a_brain(3.0, tumour_at=3)
    volumes, occupancy = transplant(host, a_brain(1.0, tumour_at=13), modalities=ALL)
    assert torch.equal(volumes[:, :9, :9, :9], host[0][:, :9, :9, :9])
    assert torch.equal(occupancy[:, :9, :9, :9], host[1][:, :9, :9, :9])
    assert bool((volumes[host[0] == 0] == 0).all())


def test_the_seam_is_blended() -> None:
    volumes, _ = transplant(a_brain(3.0, tumour_at=None), a_brain(1.0, tumour_at=8), modalities=ALL)
    line = volumes[0, 10, 10, 2:8]
    assert line[0] == 3.0
    assert line[-1] == 1.0
    assert bool(((line > 1.0) & (line < 3.0)).any())


def test_a_modality_that_the_donor_lacks_stays_the_hosts() -> None:
    donor = a_brain(1.0, tumour_at=8)
    lacks_t1ce = torch.tensor([True, True, False, True])
    donor[0][2] = 0.0
    volumes, occupancy = transplant(a_brain(3.0, tumour_at=None), donor, modalities=lacks_t1ce)
    assert float(volumes[2].max()) == 3.0
    assert float(occupancy.max()) == 1.0
