"""Training: steps a second, what they consist of, and what elections and distillation cost."""

import resource
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import torch
from torch import Tensor, nn
from torch.utils.data import default_collate
from torch.utils.flop_counter import FlopCounterMode

from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared import PreparedCase, prepare_case
from lckd_training.engine.learner import Learner
from lckd_training.method.election import Election, hold_election
from lckd_training.process.distributed import World
from lckd_training.samples.sampling import Sample, TrainingSamples
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.recipes import RECIPES
from Testing.benchmarks.child import KIBIBYTE, timed
from Testing.benchmarks.options import Options
from Testing.benchmarks.table import Table, gibibytes, ratio, seconds

PATIENTS, ELECTION_CASES = 3, 7
BATCHES = 4
"""Batches of different subsets, which every kind of step learns from."""
RATE_CHANNELS, RATE_EDGE = 32, 48
"""A convolution between so many channels on a cube of this edge tells what the device can do."""


def measure(options: Options) -> list[Table]:
    """Measure the recipe `base` on synthetic patients."""
    config, device = RECIPES["base"], torch.device(options.device)
    cases = [prepare_case(SyntheticCase(options.seed + n, spacing_mm=2.0), spacing_mm=2.0) for n in range(PATIENTS)]
    samples = TrainingSamples([], cases, config)
    batches = [batch_of(samples, number, config) for number in range(BATCHES)]
    learner = Learner(config, device=device, world=World())
    election = elect(learner, cases[:1])
    spent = learning(config, batches, election, options)
    spent["a batch"] = [timed(batch_of, samples, number, config) for number in range(BATCHES)]
    spent["an election"] = [timed(elect, learner, cases[:1]) for _ in range(options.runs)]
    with FlopCounterMode(display=False) as counter:
        learner.learn(batches[0], step=0, election=election)
    flops, rate = float(counter.get_total_flops()), convolution_rate(device, options)
    rows = [*_about_time(config, spent), *_about_arithmetic(flops / median(spent["a step"]), rate)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    return [Table("Training, recipe `base`", ["what", "size", "so"], [*rows, ["peak memory", gibibytes(peak), ""]])]


def _about_time(config: TrainingConfig, spent: dict[str, list[float]]) -> list[list[str]]:
    step = median(spent["a step"])
    share = median(spent["an election"]) * ELECTION_CASES / (config.elect_every * step)
    distilling = f"distillation makes it {ratio(spent['a step'], spent['without'])} times as long"
    return [
        ["a step, batch 2 of 64³", seconds(spent["a step"]), f"{1 / step:.2f} steps a second"],
        ["the same without distillation", seconds(spent["without"]), distilling],
        ["making a batch, one thread", seconds(spent["a batch"]), f"{median(spent['a batch']) / step:.0%} of a step"],
        [
            "an election, each patient",
            seconds(spent["an election"]),
            f"{share:.1%} of the time, {ELECTION_CASES} patients",
        ],
    ]


def _about_arithmetic(reached: float, rate: float) -> list[list[str]]:
    return [
        ["operations of a step", f"{reached / 1e9:.0f} GFLOP/s", ""],
        ["of one large convolution", f"{rate / 1e9:.0f} GFLOP/s", f"a step reaches {reached / rate:.0%} of it"],
    ]


def batch_of(samples: TrainingSamples, number: int, config: TrainingConfig) -> Sample:
    """Make a batch as the training does."""
    batch: Sample = default_collate([samples[number * config.batch + place] for place in range(config.batch)])
    return batch


def learning(
    config: TrainingConfig, batches: Sequence[Sample], election: Election, options: Options
) -> dict[str, list[float]]:
    """Time steps with and without distillation, which take turns."""
    device = torch.device(options.device)
    learners = {
        "a step": Learner(config, device=device, world=World()),
        "without": Learner(replace(config, distillation=0.0), device=device, world=World()),
    }
    times: dict[str, list[float]] = {name: [] for name in learners}
    for turn in range(options.runs + 1):
        for name, learner in learners.items():
            spent = [timed(learner.learn, batch, step=0, election=election) for batch in batches]
            times[name] += spent if turn else []
    return times


def elect(learner: Learner, cases: Sequence[PreparedCase]) -> Election:
    """Hold an election among the modalities of some patients."""
    return hold_election(learner.average, cases, step=0, sitting=None, margin=0.01)


def convolution_rate(device: torch.device, options: Options) -> float:
    """Measure operations a second of a convolution, forwards and backwards, in the precision that is trained in."""
    convolution = nn.Conv3d(RATE_CHANNELS, RATE_CHANNELS, 3, padding=1).to(device)
    features = torch.randn((2, RATE_CHANNELS, *[RATE_EDGE] * 3), device=device, requires_grad=True)

    def once() -> None:
        with torch.autocast(device.type, torch.bfloat16):
            result: Tensor = convolution(features)
        result.float().sum().backward()

    with FlopCounterMode(display=False) as counter:
        once()
    return float(counter.get_total_flops()) / median([timed(once) for _ in range(options.runs + 2)])
