"""Teacher election: which modality segments each region best, alone, on cases that are not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor

from lckd.computing import computing
from lckd.errors import TrainingError
from lckd.modality import MODALITIES, Modality
from lckd.network.network import LckdNetwork, pad_to_factor
from lckd.region import REGIONS, Region
from lckd.segmentation import THRESHOLD
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.process.distributed import World


@dataclass(frozen=True)
class Election:
    """The outcome of one election.

    Attributes:
        step: Training step at which it was held.
        teachers: Teacher of each region.
        dice: Mean Dice of each modality alone, per region.
        full_set_dice: Mean Dice of all modalities together, per region, for comparison.
        cases: Number of cases it was held on.
    """

    step: int
    teachers: dict[Region, Modality]
    dice: dict[Modality, dict[Region, float]]
    full_set_dice: dict[Region, float]
    cases: int

    def teachers_as(self, mode: Literal["multi", "single"]) -> dict[Region, Modality]:
        """Return who teaches each region: its own winner, or for all the one that won most regions (LCKD-s).

        A tie goes to the modality with the higher sum of Dice.
        """
        if mode == "multi":
            return self.teachers
        winners = list(self.teachers.values())
        first = max(winners, key=lambda winner: (winners.count(winner), sum(self.dice.get(winner, {}).values())))
        return dict.fromkeys(self.teachers, first)

    def as_dict(self) -> dict[str, Any]:
        """Return the election as plain values for the card and the log."""
        return {
            "step": self.step,
            "teachers": self.teachers,
            "dice": self.dice,
            "full_set_dice": self.full_set_dice,
            "cases": self.cases,
        }


def choose_teachers(
    dice: dict[Modality, dict[Region, float]], *, sitting: dict[Region, Modality] | None = None, margin: float = 0.01
) -> dict[Region, Modality]:
    """Choose, for every region, the modality that segments it best alone.

    Args:
        dice: Mean Dice on held-out cases, in [0, 1], per modality and region.
        sitting: Teachers that stay unless they are beaten by more than `margin`.
        margin: Dice by which a challenger must win.

    Returns:
        The teacher of each region.

    Raises:
        TrainingError: The table has no row.

    Source:
        LCKD (arXiv 2310.01035), teacher election; the margin is ours, so that noise does not flip a teacher.
    """
    if not dice:
        message = "An election needs at least one modality that is present in the election cases."
        raise TrainingError(message)
    teachers: dict[Region, Modality] = {}
    for region in REGIONS:
        best = max(dice, key=lambda modality: dice[modality][region])
        holder = (sitting or {}).get(region)
        keeps = holder in dice and dice[best][region] - dice[holder][region] <= margin
        teachers[region] = holder if holder and keeps else best
    return teachers


def hold_election(
    network: LckdNetwork,
    cases: Sequence[PreparedCase],
    *,
    step: int,
    sitting: Election | None,
    margin: float,
    world: World | None = None,
) -> Election:
    """Measure every modality alone on the election cases and choose the teachers.

    Args:
        network: The network in evaluation mode.
        cases: Cases that are not trained on.
        step: Training step, for the record.
        sitting: The last election.
        margin: See `choose_teachers`.
        world: Processes that share the cases; all come to the same result.

    Returns:
        The new election.

    Raises:
        TrainingError: No case has any modality.
    """
    single: dict[Modality, list[Tensor]] = {modality: [] for modality in MODALITIES}
    full: list[Tensor] = []
    for scores in (world or World()).spread(partial(_dice_of_singles_and_all, network), cases):
        full.append(scores.pop("all"))
        for modality, score in scores.items():
            single[modality].append(score)  # type: ignore[index]  # only modalities are left
    dice = {modality: _mean(scores) for modality, scores in single.items() if scores}
    teachers = choose_teachers(dice, sitting=sitting.teachers if sitting else None, margin=margin)
    return Election(step, teachers, dice, _mean(full), len(cases))


def thresholded_dice(probabilities: Tensor, occupancy: Tensor) -> Tensor:
    """Compute the Dice of thresholded regions; a region that is empty in both counts 1.

    Args:
        probabilities: ``(region, D, H, W)``.
        occupancy: Part of each voxel that a region fills, same shape.

    Returns:
        Dice per region, ``(region,)``.
    """
    found, true = probabilities > THRESHOLD, occupancy > THRESHOLD
    both = (found & true).flatten(1).sum(dim=1)
    sizes = found.flatten(1).sum(dim=1) + true.flatten(1).sum(dim=1)
    return torch.where(sizes > 0, 2.0 * both / sizes.clamp(min=1), 1.0)


def _dice_of_singles_and_all(network: LckdNetwork, case: PreparedCase) -> dict[str, Tensor]:
    depth, height, width = case.volumes.shape[-3:]
    device = next(network.parameters()).device
    padded = pad_to_factor(case.volumes[None].float(), network.factor).to(device)
    scores: dict[str, Tensor] = {}
    with computing(network, device):
        features = network.encode_present(padded, case.present[None].to(device))
        indices = case.present.nonzero().flatten().tolist()
        for name, chosen in [("all", indices), *((MODALITIES[index], [index]) for index in indices)]:
            logits = network.decode(features.of_modalities(chosen))[0][0, :, :depth, :height, :width]
            scores[name] = thresholded_dice(logits.float().sigmoid().cpu(), case.occupancy)
    return scores


def _mean(scores: Sequence[Tensor]) -> dict[Region, float]:
    means = torch.stack(list(scores)).mean(dim=0).tolist()
    return {region: round(value, 4) for region, value in zip(REGIONS, means, strict=True)}
