"""Batches: the same whoever makes them."""

import dataclasses

import torch

from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.samples.batches import make_batches
from lckd_training.samples.sampling import Sample, TrainingSamples
from lckd_training.settings.recipes import RECIPES

TINY = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16))


def same(first: Sample, second: Sample) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_batches_do_not_depend_on_the_number_of_threads(a_prepared_case: PreparedCase) -> None:
    samples = TrainingSamples([a_prepared_case], [], TINY)
    one, four = (list(make_batches(samples, range(2, 8), size=2, threads=threads)) for threads in (1, 4))
    assert len(one) == len(four) == 6
    assert all(same(a, b) for a, b in zip(one, four, strict=True))


def test_processes_together_draw_the_samples_of_one(a_prepared_case: PreparedCase) -> None:
    samples = TrainingSamples([a_prepared_case], [], TINY)
    (whole,) = make_batches(samples, range(3, 4), size=4)
    parts = [next(make_batches(samples, range(3, 4), size=4, places=places)) for places in (range(2), range(2, 4))]
    assert same(whole, Sample(*(torch.cat(pair) for pair in zip(*parts, strict=True))))


def test_who_stops_early_waits_for_no_further_batches(a_prepared_case: PreparedCase) -> None:
    made: list[int] = []

    class Counted(TrainingSamples):
        def __getitem__(self, index: int) -> Sample:
            made.append(index)
            return super().__getitem__(index)

    batches = make_batches(Counted([a_prepared_case], [], TINY), range(1000), size=1)
    next(batches)
    batches.close()
    assert len(made) < 10
