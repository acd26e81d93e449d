from collections.abc import Callable
from pathlib import Path

import pytest

from lckd.errors import OutputError
from lckd.weights.card import read_card
from lckd.weights.folder import check_folder, default_weights, own_folder, shipped_weights


@pytest.mark.parametrize(
    ("system", "variables", "expected"),
    [
        ("linux", {}, ".local/share/lckd/weights"),
        ("linux", {"XDG_DATA_HOME": "data"}, ".local/share/lckd/weights"),
        ("linux", {"XDG_DATA_HOME": "{home}/data"}, "data/lckd/weights"),
        ("darwin", {"XDG_DATA_HOME": "{home}/data"}, "Library/Application Support/lckd/weights"),
        ("win32", {}, "AppData/Local/lckd/weights"),
        ("win32", {"LOCALAPPDATA": "{home}/roaming"}, "roaming/lckd/weights"),
        ("linux", {"LCKD_WEIGHTS_DIR": "{home}/chosen"}, "chosen"),
        ("win32", {"LCKD_WEIGHTS_DIR": "", "LOCALAPPDATA": "{home}/roaming"}, "roaming/lckd/weights"),
    ],
)
def test_own_weights_lie_where_each_system_keeps_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, variables: dict[str, str], expected: str
) -> None:
    for name in ("LCKD_WEIGHTS_DIR", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("lckd.weights.folder.sys.platform", system)
    assert own_folder() == tmp_path / expected


def test_a_user_without_a_home_is_told_what_to_set(
    monkeypatch: pytest.MonkeyPatch, assert_one_sentence: Callable[[str], None]
) -> None:
    def fail() -> Path:
        message = "Could not determine home directory."
        raise RuntimeError(message)

    monkeypatch.delenv("LCKD_WEIGHTS_DIR", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("lckd.weights.folder.Path.home", fail)
    with pytest.raises(OutputError, match="LCKD_WEIGHTS_DIR") as refusal:
        own_folder()
    assert_one_sentence(str(refusal.value))


def test_the_default_weights_are_among_the_shipped_and_whole() -> None:
    assert shipped_weights() == {"base": default_weights()}
    assert check_folder(default_weights()) == read_card(default_weights())
