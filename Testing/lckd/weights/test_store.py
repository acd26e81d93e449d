import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lckd.errors import OutputError, WeightsError
from lckd.weights.card import read_card
from lckd.weights.folder import check_folder, default_weights
from lckd.weights.load import load_model
from lckd.weights.store import find, install, installed, remove

OneSentence = Callable[[str], None]
HEAVY = "{'torch', 'safetensors', 'numpy', 'monai', 'SimpleITK', 'scipy'}"


def own_names() -> list[str]:
    return [weights.name for weights in installed() if not weights.is_shipped]


def left_behind(folder: Path) -> list[str]:
    """Give what lies in the folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def run_python(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-B", "-c", program, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_the_store_needs_no_library() -> None:
    done = run_python(
        f"import sys; from lckd.weights import store, weights_command; print(*{HEAVY} & {{*sys.modules}})"
    )
    assert done.stdout.strip() == "", done.stderr


def test_shipped_weights_are_listed_and_nothing_is_made(own: Path) -> None:
    (weights,) = installed()
    assert (weights.name, weights.directory, weights.is_shipped) == ("base", default_weights(), True)
    assert weights.card == read_card(default_weights())
    assert weights.size_bytes == sum(path.stat().st_size for path in default_weights().iterdir())
    assert not own.exists()


def test_own_weights_follow_in_the_order_of_their_names(own: Path, tiny_weights: Path) -> None:
    for name in ("second", "first", "Third"):
        install(tiny_weights, name=name)
    assert [weights.name for weights in installed()] == ["base", "Third", "first", "second"]
    assert left_behind(own) == ["Third", "first", "second"]


@pytest.mark.parametrize("name", ["a folder that somebody copied", "Gewichte für Ödeme", "重み"])
def test_a_folder_that_somebody_copied_by_hand_is_listed_too(own: Path, tiny_weights: Path, name: str) -> None:
    shutil.copytree(tiny_weights, own / name)
    assert installed()[-1].card == read_card(tiny_weights)
    assert find(name) == own / name
    remove(name)
    assert own_names() == []


@pytest.mark.parametrize(
    "bad_weights", ["no-card", "no-tensors", "broken-card", "later-format", "flipped-byte"], indirect=True
)
def test_broken_weights_are_listed_with_their_problem_and_can_be_removed(
    own: Path, bad_weights: tuple[Path, str], assert_one_sentence: OneSentence
) -> None:
    shutil.copytree(bad_weights[0], own / "broken")
    weights = installed()[-1]
    assert weights.card is None
    assert str(own / "broken") in weights.problem
    assert_one_sentence(weights.problem)
    remove("broken")
    assert left_behind(own) == []


def test_a_link_to_weights_is_listed_and_only_the_link_is_removed(own: Path, tiny_weights: Path) -> None:
    own.mkdir(parents=True)
    (own / "linked").symlink_to(tiny_weights)
    (own / "dangling").symlink_to(own / "nothing")
    assert [bool(weights.card) for weights in installed()] == [True, False, True]
    for name in ("linked", "dangling"):
        remove(name)
    assert own_names() == []
    check_folder(tiny_weights)


def test_a_folder_of_weights_that_is_a_file_is_told(own: Path, assert_one_sentence: OneSentence) -> None:
    own.parent.mkdir()
    own.write_bytes(b"")
    with pytest.raises(WeightsError, match="cannot be read") as refusal:
        installed()
    assert_one_sentence(str(refusal.value))


def test_installed_weights_are_those_of_the_source_and_can_be_loaded(own: Path, tiny_weights: Path) -> None:
    weights = install(tiny_weights)
    assert weights == installed()[-1]
    assert (weights.name, weights.directory) == ("untrained", own / "untrained")
    for name in ("model.json", "model.safetensors"):
        assert (weights.directory / name).read_bytes() == (tiny_weights / name).read_bytes()
    assert load_model(find("untrained")).card == read_card(tiny_weights)


@pytest.mark.parametrize("name", ["base", "BASE"])
def test_the_name_of_shipped_weights_is_refused(own: Path, tiny_weights: Path, name: str) -> None:
    with pytest.raises(WeightsError, match=f"'{name}' came with this software, and stay: install these under another"):
        install(tiny_weights, name=name)
    assert left_behind(own) == []


@pytest.mark.parametrize("name", ["mine", "Mine"])
def test_a_name_that_is_taken_is_refused_and_the_older_weights_stay(own: Path, tiny_weights: Path, name: str) -> None:
    older = install(default_weights(), name="mine")
    with pytest.raises(WeightsError, match=f"a '{name}' in '.*' already: remove it first, or install these under an"):
        install(tiny_weights, name=name)
    assert installed()[-1] == older
    assert left_behind(own) == ["mine"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../out", "a/b", "a\\b", "COM1.net", ".hidden", "dot.", "a b", "Ödem", "a\nb", "x" * 65, "nul"],
)
def test_a_name_that_is_no_good_folder_is_refused(
    own: Path, tiny_weights: Path, assert_one_sentence: OneSentence, name: str
) -> None:
    with pytest.raises(WeightsError, match="under another name") as refusal:
        install(tiny_weights, name=name)
    assert_one_sentence(str(refusal.value))
    assert left_behind(own) == []
    assert [path.name for path in own.parent.iterdir()] == ["weights"]


@pytest.mark.parametrize("name", ["a", "Console", "fold-0_v1.2", "x" * 64, "2026"])
def test_a_plain_name_is_taken(own: Path, tiny_weights: Path, name: str) -> None:
    assert install(tiny_weights, name=name).directory == own / name


def test_removed_weights_are_gone_and_the_others_stay(own: Path, tiny_weights: Path) -> None:
    for name in ("one", "two"):
        install(tiny_weights, name=name)
    remove("one")
    assert left_behind(own) == ["two"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("base", "'base' came with this software: only weights that you installed"),
        ("other", "You have installed no weights 'other': choose from mine"),
        ("../weights/mine", "no weights '../weights/mine'"),
        ("", "no weights ''"),
    ],
)
def test_only_own_weights_can_be_removed(own: Path, tiny_weights: Path, name: str, says: str) -> None:
    install(tiny_weights, name="mine")
    with pytest.raises(WeightsError, match=says):
        remove(name)
    assert left_behind(own) == ["mine"]


def test_shipped_weights_stay_even_if_their_folder_is_called_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LCKD_WEIGHTS_DIR", str(default_weights().parent))
    assert [weights.is_shipped for weights in installed()] == [True]
    with pytest.raises(WeightsError, match="came with this software"):
        remove("base")


def test_own_weights_under_a_name_of_those_that_came_along_go_by_their_path(own: Path, tiny_weights: Path) -> None:
    shutil.copytree(tiny_weights, own / "base")
    assert [weights.name for weights in installed()] == ["base", str(own / "base")]
    assert find("base") == default_weights()
    assert find(str(own / "base")) == own / "base"
    remove(str(own / "base"))
    assert own_names() == []


def test_weights_are_found_by_name_and_by_folder(own: Path, tiny_weights: Path) -> None:
    install(tiny_weights, name="mine")
    assert find("base") == default_weights()
    assert find("mine") == own / "mine"
    assert find(tiny_weights) == tiny_weights
    assert find(str(tiny_weights)) == tiny_weights


def test_a_folder_with_a_card_wins_over_a_name(
    own: Path, tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base").mkdir()
    assert find("base") == default_weights()
    shutil.copytree(tiny_weights, "base", dirs_exist_ok=True)
    assert find("base") == Path("base")
    assert not own.exists()


def test_what_is_neither_a_name_nor_a_folder_is_refused(
    own: Path, tiny_weights: Path, assert_one_sentence: OneSentence
) -> None:
    install(tiny_weights, name="mine")
    with pytest.raises(WeightsError, match=r"no weights 'nine': give a folder .* or one of base, mine") as refusal:
        find("nine")
    assert_one_sentence(str(refusal.value))
    assert own.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from lckd.weights import store

check, store.check_folder = store.check_folder, lambda _folder: os.kill(os.getpid(), signal.SIGKILL)
store.install(Path(sys.argv[1]))
"""


def test_a_killed_installation_leaves_nothing_usable_and_a_later_one_clears_up(own: Path, tiny_weights: Path) -> None:
    assert run_python(KILLED, tiny_weights).returncode == -signal.SIGKILL
    (left,) = own.iterdir()
    assert own_names() == []
    install(tiny_weights, name="soon")
    assert left_behind(own) == [left.name, "soon"]  # somebody may still be at work on it
    os.utime(left, (0, 0))
    install(tiny_weights, name="later")
    assert left_behind(own) == ["later", "soon"]


FULL = """
import resource, signal, sys
from lckd.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
main()
"""


def test_a_disk_that_is_full_is_told_and_nothing_is_left(
    own: Path, tiny_weights: Path, assert_one_sentence: OneSentence
) -> None:
    done = run_python(FULL, "weights", "install", tiny_weights)
    assert done.returncode == 2
    assert done.stderr.startswith(f"lckd: The folder '{own}' cannot be changed (File too large)")
    assert_one_sentence(done.stderr.removesuffix("\n"))
    assert left_behind(own) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_told(own: Path, tiny_weights: Path, assert_one_sentence: OneSentence) -> None:
    install(tiny_weights, name="mine")
    own.chmod(0o500)
    try:
        for call in (lambda: install(tiny_weights, name="other"), lambda: remove("mine")):
            with pytest.raises(OutputError, match="cannot be changed") as refusal:
                call()
            assert_one_sentence(str(refusal.value))
    finally:
        own.chmod(0o700)
    assert left_behind(own) == ["mine"]


@pytest.mark.parametrize("place", ["/proc/self/weights", "/dev/null/weights"])
def test_a_place_where_nobody_may_write_is_told(
    tiny_weights: Path, monkeypatch: pytest.MonkeyPatch, assert_one_sentence: OneSentence, place: str
) -> None:
    monkeypatch.setenv("LCKD_WEIGHTS_DIR", place)
    with pytest.raises(OutputError, match=f"'{place}' cannot be changed") as refusal:
        install(tiny_weights)
    assert_one_sentence(str(refusal.value))
