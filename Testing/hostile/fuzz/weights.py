"""Weights that lie: cards, tensors and archives."""

import hashlib
import io
import json
import os
import shutil
import stat
import zipfile
from pathlib import Path

from lckd.weights.card import CARD_NAME, TENSORS_NAME
from Testing.hostile.fuzz.attempt import Attempt, Maker, Place, segment
from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.damage import damaged, zlib_bomb
from Testing.hostile.fuzz.mutated import mutated_json

EVIL_NAMES = (
    "../model.json",
    "/var/model.json",
    "..\\model.json",
    "C:\\model.json",
    "a/../../model.json",
    "//server/x/model.json",
    "model.json\0.txt",
    "model.json/",
    "./model.json",
    "line\nbreak/model.json",
    "x" * 3000 + "/model.json",
)


def untouched(_: Chance, place: Place) -> Attempt:
    """Install good weights."""
    return Attempt(("weights", "install", str(place.weights)), (str(place.weights),), must_be_accepted=True)


def card(chance: Chance, place: Place) -> Attempt:
    """Change the card."""
    folder = _copied(chance, place)
    path = folder / CARD_NAME
    path.write_bytes(mutated_json(json.loads(path.read_text(encoding="utf-8")), chance))
    return _use(folder, chance, place)


def tensors(chance: Chance, place: Place) -> Attempt:
    """Damage the tensors, and mostly sign them anew."""
    folder = _copied(chance, place)
    path = folder / TENSORS_NAME
    content = path.read_bytes()
    path.write_bytes(damaged(content, chance) if chance.happens(0.4) else _other_header(content, chance))
    if chance.happens(0.8):
        _sign(folder)
    return _use(folder, chance, place)


def _other_header(content: bytes, chance: Chance) -> bytes:
    """Change the header of a safetensors file: offsets that overlap, other shapes and types, an absurd length."""
    size = int.from_bytes(content[:8], "little")
    header, data = content[8 : 8 + size], content[8 + size :]
    entries = json.loads(header)
    entry = entries[chance.pick(list(entries))]
    way = chance.below(6)
    if way == 0:
        return chance.pick([0, 1, 7, 100_000_001, 1 << 40, (1 << 64) - 1]).to_bytes(8, "little") + header + data
    if way == 1:
        entry["data_offsets"] = [chance.pick([0, -1, 8, 1 << 40, 10**30]), chance.pick([0, 4, 8, 1 << 40, 1 << 63])]
    elif way == 2:
        entry["shape"] = chance.pick([[], [0], [-1], [1 << 40], [1 << 32, 1 << 32], [1.5], "x", [1] * 3000])
    elif way == 3:
        entry["dtype"] = chance.pick(["F64", "F32", "I64", "BOOL", "BF16", "F8_E4M3", "U8", "X", 3])
    text = mutated_json(entries, chance) if way > 3 else json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text + data


def archive(chance: Chance, place: Place) -> Attempt:
    """Pack weights into a zip file that names others, holds links, bombs, too much or too little."""
    path = place.files / "weights.zip"
    content = io.BytesIO()
    with zipfile.ZipFile(
        content, "w", chance.pick([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    ) as made:
        for name in (CARD_NAME, TENSORS_NAME):
            if chance.happens(0.9):
                made.write(place.weights / name, chance.pick([name, f"w/{name}", f"a b/{name}", name.upper()]))
        if chance.happens(0.4):
            made.writestr(chance.pick(EVIL_NAMES), "{}")
        if chance.happens(0.2):
            _add_link(made, chance)
    packed = content.getvalue()
    path.write_bytes(damaged(packed, chance) if chance.happens(0.5) else packed)
    return _install(path, chance)


def _add_link(made: zipfile.ZipFile, chance: Chance) -> None:
    link = zipfile.ZipInfo(chance.pick([CARD_NAME, TENSORS_NAME, "link"]))
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    made.writestr(link, "/etc/passwd")


def archive_bomb(chance: Chance, place: Place) -> Attempt:
    """Pack gigabytes of zeros as the card or the tensors."""
    name = chance.pick([CARD_NAME, TENSORS_NAME])
    path = place.files / "weights.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for other in {CARD_NAME, TENSORS_NAME} - {name}:
            made.write(place.weights / other, other)
        made.writestr(name, zlib_bomb(b"", blocks=8)[2:], zipfile.ZIP_STORED)
    _claim_deflated(path, size=(1 << 23) * chance.pick([1, 8, 64]))
    return _install(path, chance)


def _claim_deflated(path: Path, *, size: int) -> None:
    """Make the last entry of an archive, which was stored as it is, one that is unpacked to a size."""
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        start = content.rfind(mark)
        content[start + at : start + at + 2] = zipfile.ZIP_DEFLATED.to_bytes(2, "little")
        content[start + at + 14 : start + at + 18] = size.to_bytes(4, "little")
    path.write_bytes(content)


def folder_of_oddities(chance: Chance, place: Place) -> Attempt:
    """Put a pipe, a link, a folder or something endless in the place of a file of the weights."""
    folder = _copied(chance, place)
    path = folder / chance.pick([CARD_NAME, TENSORS_NAME])
    way = chance.below(6)
    if way == 0:
        os.truncate(path, 100_000_000_000)
        return _use(folder, chance, place)
    path.unlink()
    if way == 1:
        os.mkfifo(path)
    elif way == 2:
        path.mkdir()
    else:
        path.symlink_to(chance.pick([path.name, "/dev/zero", "nothing", str(place.weights / path.name), "/etc/passwd"]))
    return _use(folder, chance, place)


def _copied(chance: Chance, place: Place) -> Path:
    parent = place.own if chance.happens(0.3) else place.files
    return Path(shutil.copytree(place.weights, parent / "mine"))


def _sign(folder: Path) -> None:
    path = folder / CARD_NAME
    content = json.loads(path.read_text(encoding="utf-8"))
    content["tensors_sha256"] = hashlib.sha256((folder / TENSORS_NAME).read_bytes()).hexdigest()
    path.write_text(json.dumps(content), encoding="utf-8")


def _use(folder: Path, chance: Chance, place: Place) -> Attempt:
    is_own = folder.parent == place.own
    name = folder.name if is_own and chance.happens(0.5) else str(folder)
    segmenting = segment(place, place.scan, "--record", place.out / "record.json").words
    words = chance.pick(
        [
            ("weights", "verify", name),
            ("weights", "list"),
            ("weights", "install", str(folder), "--name", "copy"),
            (*segmenting, "--weights", name),
            ("weights", "install", str(folder)),
        ]
    )
    return Attempt(words, (str(folder), "The name "))


def _install(path: Path, chance: Chance) -> Attempt:
    return Attempt(("weights", "install", str(path), *chance.pick([(), ("--name", "mine")])), (str(path),))


MAKERS: dict[Maker, int] = {
    untouched: 1,
    card: 220,
    tensors: 130,
    archive: 100,
    archive_bomb: 6,
    folder_of_oddities: 50,
}
"""Makers, and how many attempts of each there are in a run."""
