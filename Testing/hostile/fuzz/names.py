"""Names that bite: of images, of results, and things that are no files."""

import os
from collections.abc import Callable
from pathlib import Path

from Testing.hostile.fuzz.attempt import Attempt, Maker, Place, segment, untouched
from Testing.hostile.fuzz.chance import Chance

STEMS = (
    "Müller",
    "脳 腫瘍",
    "🧠",
    "a b  c",
    " ",
    "line\nbreak",
    "tab\tbell\a",
    "\x1b[31mred\x1b[0m",
    "-flair",
    "--help",
    "$HOME",
    "`id`",
    "*?[a]",
    "%s%d{0}{x}",
    "'quoted\"",
    "x" * 200,
    "x" * 300,
    "CON",
    "..",
    "...",
    "~",
    "#",
    "@3",
    "a=b,c",
    "\u202egpj",
    "\u2028",
    "nul\\backslash",
    "\udcff\udcfe",
    "é" * 100,
    "[bold]rich[/bold]",
)
ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".NII.GZ", ".seg.nrrd", ".json", "", ".")


def a_file(path: Path, place: Place) -> None:
    """Put a good scan there."""
    path.write_bytes((place.good / ("scan.nii.gz" if path.name.endswith(".gz") else "scan.nrrd")).read_bytes())


def a_folder(path: Path, _: Place) -> None:
    """Put a folder there."""
    path.mkdir()


def a_pipe(path: Path, _: Place) -> None:
    """Put a pipe there, which nobody ever writes to."""
    os.mkfifo(path)


def a_loop(path: Path, _: Place) -> None:
    """Put a link to itself there."""
    path.symlink_to(path.name)


def a_dangling_link(path: Path, _: Place) -> None:
    """Put a link to nothing there."""
    path.symlink_to("nothing.nii.gz")


def a_link_out(path: Path, place: Place) -> None:
    """Put a link to a good scan elsewhere there."""
    path.symlink_to(place.scan)


def a_device(path: Path, _: Place) -> None:
    """Put a link to an endless device there."""
    path.symlink_to("/dev/zero")


def nothing(_: Path, __: Place) -> None:
    """Put nothing there."""


THINGS: tuple[Callable[[Path, Place], None], ...] = (
    a_file,
    a_file,
    a_folder,
    a_pipe,
    a_loop,
    a_dangling_link,
    a_link_out,
    a_device,
    nothing,
)


def _name(chance: Chance) -> str:
    return chance.pick(STEMS) + chance.pick(ENDINGS[: chance.pick([1, 4, len(ENDINGS)])])


def _put(path: Path, place: Place, chance: Chance) -> None:
    try:
        chance.pick(THINGS)(path, place)
    except (OSError, ValueError):  # no such thing can have this name
        return


def image(chance: Chance, place: Place) -> Attempt:
    """Segment from an image of an odd name, or from something else of that name, given whole or relative."""
    name = _name(chance)
    _put(place.files / name, place, chance)
    attempt = segment(place, place.files / name)
    if chance.happens(0.5):
        return attempt
    word = chance.pick([name, f"./{name}", f"../files/{name}", f"--flair={name}"])
    words = [f"--flair={word}" if word == name else word for word in (word,)]
    rest = [other for other in attempt.words if other not in {"--flair", attempt.naming[0]}]
    given = words if words[0].startswith("--flair=") else ["--flair", *words]
    return Attempt((rest[0], *given, *rest[1:]), (name, *attempt.naming))


def result(chance: Chance, place: Place) -> Attempt:
    """Ask for a result, or a record, of an odd name, where something may lie already."""
    path = place.out / _name(chance)
    option = chance.pick(["-o", "-o", "--record"])
    attempt = segment(place, place.scan)
    words = [*attempt.words, f"{option}={path}" if option == "--record" else f"-o{path}"]
    return Attempt(tuple(words), (str(path), "no name before its ending"))


def result_elsewhere(chance: Chance, place: Place) -> Attempt:
    """Ask for a result where none can be written."""
    path = chance.pick(["/proc/self/x.nii.gz", "/dev/full", "/dev/null", "", ".", "/", "..", "\0.nii.gz"])
    words = segment(place, place.scan).words
    return Attempt((*words, f"-o{path}"), (path.encode("unicode_escape").decode() or "'.'",))


def weights(chance: Chance, place: Place) -> Attempt:
    """Name weights in an odd way, or something that holds none."""
    name = chance.pick(STEMS)
    _put(place.files / name, place, chance)
    action = chance.pick([("weights", "verify"), ("weights", "remove"), ("weights", "install"), ("segment",)])
    if action == ("segment",):
        return Attempt((*segment(place, place.scan).words, f"--weights={name}"), (name, "None"))
    if action == ("weights", "install") and chance.happens(0.5):
        return Attempt((*action, str(place.weights), f"--name={name}"), (name[:80],))
    return Attempt((*action, "--", chance.pick([name, f"../{name}", str(place.files / name)])), (name,))


MAKERS: dict[Maker, int] = {untouched: 1, image: 150, result: 40, result_elsewhere: 15, weights: 80}
"""Makers, and how many attempts of each there are in a run."""
