"""Disjoint ranges of seeds, so that no synthetic patient is in two splits."""

from lckd.errors import TrainingError

SEED_RANGES: dict[str, range] = {
    "train": range(1_000_000),
    "elect": range(1_000_000, 2_000_000),
    "test": range(2_000_000, 3_000_000),
}


def seeds(split: str, count: int) -> range:
    """Name the first patients of a split.

    Args:
        split: A key of `SEED_RANGES`.
        count: How many patients are wanted.

    Returns:
        The first `count` seeds of the split.

    Raises:
        TrainingError: The split is unknown, or it does not hold that many patients.
    """
    if split not in SEED_RANGES:
        message = f"Unknown synthetic split '{split}': use " + ", ".join(SEED_RANGES) + "."
        raise TrainingError(message)
    available = SEED_RANGES[split]
    if not 0 < count <= len(available):
        message = f"Synthetic split '{split}' cannot give {count} patients: ask for 1 to {len(available)}."
        raise TrainingError(message)
    return available[:count]
