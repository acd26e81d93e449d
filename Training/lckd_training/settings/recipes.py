"""Recipes: the settings that a training starts from."""

from lckd_training.settings.config import TrainingConfig

RECIPES: dict[str, TrainingConfig] = {
    "tiny": TrainingConfig(
        recipe="tiny",
        preset="tiny",
        spacing_mm=4.0,
        crop=(32, 32, 32),
        warmup_steps=5,
        elect_every=10,
        ema_decay=0.9,
    ),
    "base": TrainingConfig(steps=5000, elect_every=1000, synthetic_share=0.35, transplant_share=0.2),
    "paper": TrainingConfig(
        recipe="paper",
        preset="paper",
        fusion="fill",
        steps=115_000,
        spacing_mm=1.0,
        crop=(80, 160, 160),
        batch=1,
        optimiser="sgd",
        schedule="poly",
        learning_rate=1e-2,
        weight_decay=0.0,
        warmup_steps=0,
        ema_decay=0.0,
        cross_entropy=3.0,
        elect_every=5_000,
        full_set_steps=80_000,
        full_set_share=0.0,
        tumour_share=0.375,
    ),
}
"""Where a training starts from; a settings file and the command line hold only what differs."""
