"""The card of a weights folder (`model.json`): everything that is known about a model.

The card is the only contract between training and its users. It is read without torch, so that a panel can show what
to expect before anything heavy is installed.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from lckd.errors import WeightsError, brief, on_one_line
from lckd.files import write_text
from lckd.modality import MODALITIES, Modality, Subset, in_order
from lckd.region import BRATS, REGIONS, LabelConvention, Region
from lckd.weights.trust import Trust, trust_from_dict

Architecture: TypeAlias = Literal["plain", "paper"]
FusionForm: TypeAlias = Literal["mean", "fill"]

CARD_NAME = "model.json"
TENSORS_NAME = "model.safetensors"
LARGEST_BYTES = {CARD_NAME: 10_000_000, TENSORS_NAME: 490_000_000}
"""Five times the paper's network in half precision; a file beyond is a mistake, or made to fill disk or memory."""

FORMAT = 1
NORMALISATION = "foreground-zscore"
SPACING_RANGE_MM = (0.5, 10.0)
"""Working voxels outside this range cannot hold a head, or show one."""

MOST_SCALES, MOST_CHANNELS = 8, 4096
"""A network of more would be no match for any memory; the paper's has 5 and 256."""


@dataclass(frozen=True)
class Card:
    """What a weights folder says of itself.

    Attributes:
        name: Short name of the model.
        preset: Network preset it was built from: ``tiny``, ``base`` or ``paper``.
        network: Arguments of `lckd.network.network.NetworkConfig`.
        spacing_mm: Edge of a voxel of the working grid.
        tensors_sha256: SHA256 of `model.safetensors`, in hexadecimal.
        modalities: Modalities in the order of the network's parameters.
        regions: Regions in the order of the network's output.
        labels: Label values that a result holds; so far always `lckd.region.BRATS`.
        normalisation: How intensities are normalised before the network; `lckd.intensity` knows one way.
        teachers: Elected teacher of each region; empty before the first election.
        elections: History: one entry per election, with its step and its table of Dice, modality x region.
        validation: Table over all subsets on real patients (as in `table.json` of `lckd evaluate`), or empty.
        synthetic_validation: The same on synthetic patients, which say little about real ones, or empty.
        trust: How the Dice of a result follows from what the network thinks of it, or None.
        cohorts: What it was trained, elected and measured on, with numbers of cases.
        credits: Whose data it learnt from, and how to cite them.
        training: Settings of the training, seed and steps included.
        code_version: Version of this software that trained it.
        created: ISO 8601 date and time, UTC.
    """

    name: str
    preset: str
    network: dict[str, Any]
    spacing_mm: float
    tensors_sha256: str
    modalities: Subset = MODALITIES
    regions: tuple[Region, ...] = REGIONS
    labels: LabelConvention = BRATS
    normalisation: str = NORMALISATION
    teachers: dict[Region, Modality] = field(default_factory=dict)
    elections: list[dict[str, Any]] = field(default_factory=list)
    validation: dict[str, Any] = field(default_factory=dict)
    synthetic_validation: dict[str, Any] = field(default_factory=dict)
    trust: Trust | None = None
    cohorts: list[dict[str, Any]] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    training: dict[str, Any] = field(default_factory=dict)
    code_version: str = ""
    created: str = ""

    @property
    def patients(self) -> str:
        """How many patients of each kind it was trained, elected and measured on, as far as the card tells."""
        try:
            return on_one_line(", ".join(f"{part['cases']} {part['part']}" for part in self.cohorts))
        except (KeyError, TypeError):
            return ""

    def expected_dice(self, subset: Subset) -> dict[Region, float] | None:
        """Look up the mean Dice that was measured for a subset.

        Args:
            subset: Modalities that will be given, in any order.

        Returns:
            Mean Dice per region in [0, 1], or None when the card holds no table.
        """
        wanted = list(in_order(subset))
        for row in self.validation.get("subsets", []):
            if row["subset"] == wanted:
                return dict(row["dice"])
        return None


def write_card(card: Card, directory: Path) -> None:
    """Write `model.json` into a weights folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    content = {"format": FORMAT, **dataclasses.asdict(card)}
    write_text(json.dumps(content, indent=2) + "\n", directory / CARD_NAME)


def read_card(directory: Path) -> Card:
    """Read the card of a weights folder.

    Args:
        directory: The weights folder.

    Returns:
        The card; the tensors beside it are not looked at (see `lckd.weights.load.verify`).

    Raises:
        WeightsError: The card is missing, is not readable or has another format.
    """
    path = directory / CARD_NAME
    if not path.is_file():
        inner = directory / "weights"  # where a training leaves them
        hint = (
            f"did you mean '{inner}'?"
            if inner.is_dir()
            else f"give a folder that holds {CARD_NAME} and {TENSORS_NAME}."
        )
        message = f"No model card at '{path}': {hint}"
        raise WeightsError(message)
    require_usual_size(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(content, ensure_ascii=False).encode()  # halves of characters, which nobody could print or write
        return _card_from(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = (
            f"The model card '{path}' cannot be used ({brief(error)}): copy the weights folder again from its source."
        )
        raise WeightsError(message) from error


def require_usual_size(path: Path) -> None:
    """Refuse a file of a weights folder that is far too large, before it is read.

    Args:
        path: A file that is called `CARD_NAME` or `TENSORS_NAME`.

    Raises:
        WeightsError: It is.
    """
    size = path.stat().st_size
    if size > LARGEST_BYTES[path.name]:
        message = f"'{path}' has {size / 1e6:.0f} MB, far more than a network of this software: ask who sent it."
        raise WeightsError(message)


def _card_from(content: dict[str, Any]) -> Card:
    found = content.pop("format", None)
    if type(found) is not int or found != FORMAT:
        message = f"format {found!r} instead of {FORMAT}"
        raise ValueError(message)
    labels = content.pop("labels")
    content["modalities"] = tuple(content["modalities"])
    content["regions"] = tuple(content["regions"])
    if content["modalities"] != MODALITIES or content["regions"] != REGIONS:
        message = f"unknown modalities or regions: {content['modalities']}, {content['regions']}"
        raise ValueError(message)
    trust = content.pop("trust", None)
    card = Card(labels=LabelConvention(**labels), trust=None if trust is None else trust_from_dict(trust), **content)
    _require_types(card)
    _require_known_network(card.network)
    if card.labels != BRATS:
        message = f"unknown label values: {card.labels}"
        raise ValueError(message)
    low, high = SPACING_RANGE_MM
    if not low <= card.spacing_mm <= high or card.normalisation != NORMALISATION:
        message = f"unusable spacing or normalisation: {card.spacing_mm!r}, {card.normalisation!r}"
        raise ValueError(message)
    return card


def _require_types(card: Card) -> None:
    """Refuse fields of a wrong type, which JSON does not do.

    Raises:
        ValueError: A field is not of its type.
    """
    expected: dict[type, tuple[str, ...]] = {
        str: ("name", "preset", "tensors_sha256", "code_version", "created"),
        dict: ("network", "teachers", "validation", "synthetic_validation", "training"),
        list: ("elections", "cohorts", "credits"),
    }
    parts = [part for part in card.cohorts if not (isinstance(part, dict) and isinstance(part.get("names", []), list))]
    wrong = [name for kind, names in expected.items() for name in names if not isinstance(getattr(card, name), kind)]
    if not wrong and card.name != on_one_line(card.name):
        wrong = ["name"]
    teachers = [(region in REGIONS, teacher in MODALITIES) for region, teacher in (card.teachers or {}).items()]
    if wrong or parts or isinstance(card.spacing_mm, bool) or not all(map(all, teachers)):
        message = f"wrong type or value: {', '.join(wrong) or 'spacing_mm, teachers or cohorts'}"
        raise ValueError(message)


def _require_known_network(network: dict[str, Any]) -> None:
    """Refuse a network of a form that this version cannot build; one that is not named is the first of its kind.

    Raises:
        ValueError: Its architecture or its fusion is unknown, or its sizes are none.
    """
    for key, known in (("architecture", get_args(Architecture)), ("fusion", get_args(FusionForm))):
        if network.get(key, known[0]) not in known:
            message = f"unknown {key} {network[key]!r}, perhaps of a later version"
            raise ValueError(message)
    channels, supervised = network.get("channels", []), network.get("supervised", 1)
    sizes = [*channels, supervised]
    if (
        len(channels) == 1
        or len(channels) > MOST_SCALES
        or not all(type(size) is int and 0 < size <= MOST_CHANNELS for size in sizes)
    ):
        message = f"unusable sizes of the network: {channels!r}, {supervised!r}"
        raise ValueError(message)
