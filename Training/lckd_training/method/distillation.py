"""Distillation: what knows more teaches what knows less, inside one sample.

There are two kinds of teachers. An elected modality pulls the features of the other modalities towards its own
(``set``, ``region``, ``scales``). A fuller set of modalities shows a smaller one what it makes of the same patient
(``logits``: everything the patient has; ``nested``: a random set in between, which `lckd_training.samples.sampling`
draws).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from torch import Tensor

from lckd.modality import MODALITIES
from lckd.network import Features, LckdNetwork
from lckd.region import REGIONS
from lckd_training.method.election import Election
from lckd_training.samples.sampling import Sample
from lckd_training.settings.config import FULLER_SET_FORMS, DistillationForm, TrainingConfig

TEMPERATURE = 2.0
"""Softens what a fuller set says: it is nearly certain of the patients that it has learnt from."""


@dataclass(frozen=True)
class Lesson:
    """What the network made of a batch.

    Attributes:
        features: Of the drawn subset of every sample.
        logits: From the drawn subsets: ``(N, region, d, h, w)`` per supervised scale, finest first.
        fuller: The same from all that the samples have; empty where the form needs none.
        occupancy: Target ``(N, region, D, H, W)``.
    """

    features: Features
    logits: list[Tensor]
    fuller: list[Tensor]
    occupancy: Tensor


def take_lesson(network: LckdNetwork, batch: Sample, form: DistillationForm) -> Lesson:
    """Segment the drawn subset of every sample and, where the form asks for it, the fuller set as well.

    Every modality is encoded once, whatever it is decoded for.

    Args:
        network: The network.
        batch: Samples with a leading axis N, on the device of the network.
        form: Form of distillation.
    """
    if form not in FULLER_SET_FORMS:
        features = network.encode_present(batch.volumes, batch.present)
        return Lesson(features, network.decode(features), [], batch.occupancy)
    everything = network.encode_present(batch.volumes, batch.available)
    drawn = everything.of_subsets(batch.present)
    logits, samples = network.decode(drawn.followed_by(everything)), drawn.samples
    return Lesson(drawn, [scale[:samples] for scale in logits], [scale[samples:] for scale in logits], batch.occupancy)


def supervise(lesson: Lesson, loss: Callable[[Sequence[Tensor], Tensor], Tensor]) -> Tensor:
    """Compare what was segmented with the target; a fuller set counts as much as the drawn subset.

    Args:
        lesson: What the network made of a batch.
        loss: Takes logits of every supervised scale and the target.
    """
    drawn = loss(lesson.logits, lesson.occupancy)
    return 0.5 * (drawn + loss(lesson.fuller, lesson.occupancy)) if lesson.fuller else drawn


def distillation_loss(lesson: Lesson, election: Election | None, config: TrainingConfig) -> Tensor:
    """Measure how far those who learn are from those who teach.

    Args:
        lesson: What the network made of a batch.
        election: The last election; without one, no modality teaches.
        config: Form, teachers and their weights.

    Returns:
        A mean over the samples; teachers receive no gradient from it.

    Source:
        ``set``: LCKD (arXiv 2310.01035), cross-modal knowledge distillation. The other forms are ours.
    """
    if config.distillation_form == "none":
        return lesson.occupancy.new_zeros(())
    if config.distillation_form in FULLER_SET_FORMS:
        return disagreement(lesson.logits[0], lesson.fuller[0])
    if election is None:
        return lesson.occupancy.new_zeros(())
    weights = teaching_weights(election, config).to(lesson.occupancy.device)
    if config.distillation_form == "region":
        return distance_by_region(lesson.features, weights, lesson.occupancy)
    pairs = pairs_of_set(weights)
    if config.distillation_form == "scales":
        return distance_at_scales(lesson.features, pairs)
    return distance_of_maps(lesson.features.maps[-1], lesson.features, pairs)


def teaching_weights(election: Election, config: TrainingConfig) -> Tensor:
    """Say how much each elected modality teaches each other one about each region.

    Args:
        election: Teachers, and the Dice that they were elected for.
        config: Which teachers, and whether their lead in Dice counts.

    Returns:
        ``(region, teacher, student)``: 1, or the lead over the student relative to the mean lead; 0 where the teacher
        of the region is another.
    """
    weights = torch.zeros(len(REGIONS), len(MODALITIES), len(MODALITIES))
    for index, (region, teacher) in enumerate(election.teachers_as(config.election).items()):
        dice = torch.tensor([election.dice.get(modality, {}).get(region, 0.0) for modality in MODALITIES])
        row = MODALITIES.index(teacher)
        weights[index, row] = (dice[row] - dice).clamp(min=0.0) if config.teacher_weights == "performance" else 1.0
        weights[index, row, row] = 0.0
    if config.teacher_weights == "performance":
        weights /= weights.sum().clamp(min=1e-6) / (len(REGIONS) * (len(MODALITIES) - 1))
    return weights


def pairs_of_set(weights: Tensor) -> Tensor:
    """Join the teachers of all regions to one set, whose members do not teach each other.

    Args:
        weights: ``(region, teacher, student)``.

    Returns:
        ``(teacher, student)``; what a teacher of several regions weighs most counts.
    """
    pairs = weights.amax(dim=0)
    pairs[:, pairs.sum(dim=1) > 0] = 0.0
    return pairs


def distance_of_maps(maps: Tensor, features: Features, pairs: Tensor) -> Tensor:
    """Measure the L1 distance from students to detached teachers at one scale.

    Args:
        maps: Maps of one scale, ``(P, C, d, h, w)``.
        features: Whose maps they are.
        pairs: Weights ``(teacher, student)``.

    Returns:
        Mean over channels and voxels, summed over the pairs of a sample, mean over the samples.
    """
    teachers, students, weights = _meetings(features, pairs)
    gaps = (maps[students].float() - maps[teachers].float().detach()).abs()
    return (weights * gaps.flatten(1).mean(dim=1)).sum() / features.samples


def distance_at_scales(features: Features, pairs: Tensor) -> Tensor:
    """Average `distance_of_maps` over all scales."""
    return torch.stack([distance_of_maps(maps, features, pairs) for maps in features.maps]).mean()


def distance_by_region(features: Features, weights: Tensor, occupancy: Tensor) -> Tensor:
    """Measure, inside each region, the distance to the teacher of that region at the bottleneck.

    Args:
        features: Features of the drawn subsets.
        weights: ``(region, teacher, student)``.
        occupancy: Target ``(N, region, D, H, W)``; a map voxel counts by the part of it that the region fills.

    Returns:
        As `distance_of_maps`, averaged over the regions; a sample without a region adds nothing to it.
    """
    maps = features.maps[-1].float()
    depth, height, width = maps.shape[-3:]
    inside = F.adaptive_avg_pool3d(occupancy, (depth, height, width))
    total = maps.new_zeros(())
    for region, pairs in enumerate(weights):
        teachers, students, weight = _meetings(features, pairs)
        gaps = (maps[students] - maps[teachers].detach()).abs().mean(dim=1).flatten(1)
        mask = inside[features.sample[students], region].flatten(1)
        total = total + (weight * (gaps * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-6)).sum()
    return total / (len(weights) * features.samples)


def disagreement(logits: Tensor, fuller: Tensor) -> Tensor:
    """Measure what the drawn subset does not see of what the detached fuller set sees.

    Args:
        logits: From the drawn subset, ``(N, region, D, H, W)``.
        fuller: From the fuller set.

    Returns:
        Kullback-Leibler divergence of every region's softened Bernoulli probability, mean over voxels and regions,
        scaled so that its gradient does not depend on the temperature.
    """
    student, teacher = logits.float() / TEMPERATURE, fuller.float().detach() / TEMPERATURE
    says = teacher.sigmoid()
    excess = F.binary_cross_entropy_with_logits(student, says) - F.binary_cross_entropy_with_logits(teacher, says)
    return TEMPERATURE**2 * excess


def _meetings(features: Features, pairs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Find which rows of the features teach which, in one sample, and how much."""
    together = features.sample[:, None] == features.sample[None, :]
    weights = pairs[features.modality[:, None], features.modality[None, :]] * together
    teachers, students = weights.nonzero(as_tuple=True)
    return teachers, students, weights[teachers, students]
