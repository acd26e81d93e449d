import dataclasses
import json
from pathlib import Path

import pytest

from lckd.errors import WeightsError
from lckd.weights.card import CARD_NAME, Card, read_card, write_card

TABLE = {
    "subsets": [
        {"subset": ["flair"], "n": 6, "dice": {"ET": 0.3, "TC": 0.5, "WT": 0.8}},
        {"subset": ["flair", "t1ce"], "n": 6, "dice": {"ET": 0.61, "TC": 0.7, "WT": 0.85}},
    ]
}


@pytest.fixture
def a_card() -> Card:
    return Card(
        name="small",
        preset="tiny",
        network={"architecture": "plain", "channels": [4, 8], "supervised": 1},
        spacing_mm=1.5,
        tensors_sha256="ab" * 32,
        teachers={"ET": "t1ce", "TC": "t1ce", "WT": "flair"},
        elections=[{"step": 100, "dice": [[0.1, 0.2, 0.8]]}],
        validation=TABLE,
        cohorts=[{"name": "synthetic", "train": 48}],
        credits=["Ö. Author: a data set"],
        training={"seed": 0, "steps": 4000},
        created="2024-05-01T12:00:00+00:00",
    )


def test_card_is_read_as_it_was_written(a_card: Card, tmp_path: Path) -> None:
    write_card(a_card, tmp_path)
    assert read_card(tmp_path) == a_card
    assert [path.name for path in tmp_path.iterdir()] == [CARD_NAME]


def test_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"No model card at '.*model\.json': give a folder"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b"7", b"null", b'{"format": 1}', b'{"format": 1, "labels": 3}'],
    ids=["empty", "cut off", "binary", "list", "number", "null", "almost empty", "labels that are a number"],
)
def test_card_that_is_not_a_card_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CARD_NAME).write_bytes(content)
    with pytest.raises(WeightsError, match=r"model\.json' cannot be used .*: copy the weights folder again"):
        read_card(tmp_path)


@pytest.mark.parametrize("entry", ["format", "name", "labels", "modalities", "regions", "tensors_sha256"])
def test_card_without_a_needed_entry_is_refused(a_card: Card, tmp_path: Path, entry: str) -> None:
    write_card(a_card, tmp_path)
    content = json.loads((tmp_path / CARD_NAME).read_text(encoding="utf-8"))
    del content[entry]
    (tmp_path / CARD_NAME).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(WeightsError, match=entry):
        read_card(tmp_path)


@pytest.mark.parametrize("found", [0, 2, "1", None])
def test_card_of_another_format_is_refused(a_card: Card, tmp_path: Path, found: object) -> None:
    write_card(a_card, tmp_path)
    content = json.loads((tmp_path / CARD_NAME).read_text(encoding="utf-8"))
    (tmp_path / CARD_NAME).write_text(json.dumps({**content, "format": found}), encoding="utf-8")
    with pytest.raises(WeightsError, match=f"format {found!r} instead of 1"):
        read_card(tmp_path)


def test_expected_dice_is_that_of_the_subset_in_any_order(a_card: Card) -> None:
    assert a_card.expected_dice(("t1ce", "flair")) == {"ET": 0.61, "TC": 0.7, "WT": 0.85}
    assert a_card.expected_dice(("flair",)) == {"ET": 0.3, "TC": 0.5, "WT": 0.8}


def test_expected_dice_is_unknown_where_nothing_was_measured(a_card: Card) -> None:
    assert a_card.expected_dice(("t2",)) is None
    assert Card(name="", preset="", network={}, spacing_mm=1.0, tensors_sha256="").expected_dice(("flair",)) is None


@pytest.mark.parametrize("network", [{"architecture": "mystery"}, {"fusion": "mystery"}, {"architecture": ["mystery"]}])
def test_a_card_of_a_network_that_this_version_cannot_build_is_refused(
    a_card: Card, tmp_path: Path, network: dict[str, object]
) -> None:
    write_card(dataclasses.replace(a_card, network=network), tmp_path)
    with pytest.raises(WeightsError, match=r"mystery'.*, perhaps of a later version"):
        read_card(tmp_path)
