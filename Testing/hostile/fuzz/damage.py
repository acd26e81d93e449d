"""Bytes that went wrong on their way: cut off, flipped, overwritten, repeated; and streams that grow without end."""

import gzip
import zlib
from collections.abc import Callable

from Testing.hostile.fuzz.chance import Chance

HEAD = 400
"""Most that matters to a reader stands in the first bytes of a file."""

BLOCK = 1 << 23


def cut(content: bytes, chance: Chance) -> bytes:
    """Keep a beginning, as an interrupted download does."""
    return content[: chance.below(len(content))]


def flip_in_head(content: bytes, chance: Chance) -> bytes:
    """Flip one to eight bits among the first bytes."""
    return _flip(content, chance, end=min(HEAD, len(content)))


def flip_anywhere(content: bytes, chance: Chance) -> bytes:
    """Flip one to eight bits."""
    return _flip(content, chance, end=len(content))


def overwrite(content: bytes, chance: Chance) -> bytes:
    """Put zeros, ones or noise in the place of some bytes."""
    at, count = chance.below(len(content)), 1 + chance.below(32)
    new = chance.pick([bytes(count), b"\xff" * count, chance.bytes(count)])
    return content[:at] + new + content[at + count :]


def leave_out(content: bytes, chance: Chance) -> bytes:
    """Drop some bytes from within, so that all behind them shift."""
    at = chance.below(len(content))
    return content[:at] + content[at + 1 + chance.below(16) :]


def append(content: bytes, chance: Chance) -> bytes:
    """Put something behind the end."""
    return content + chance.pick([chance.bytes(100), content, bytes(5000), gzip.compress(b"more")])


def _flip(content: bytes, chance: Chance, *, end: int) -> bytes:
    spoilt = bytearray(content)
    for _ in range(1 + chance.below(8)):
        if spoilt:
            spoilt[chance.below(end)] ^= 1 << chance.below(8)
    return bytes(spoilt)


DAMAGES: tuple[Callable[[bytes, Chance], bytes], ...] = (
    cut, cut, flip_in_head, flip_in_head, flip_anywhere, overwrite, leave_out, append,
)  # fmt: skip


def damaged(content: bytes, chance: Chance) -> bytes:
    """Damage bytes in one way."""
    return chance.pick(DAMAGES)(content, chance)


def gzip_bomb(beginning: bytes, *, blocks: int) -> bytes:
    """Compress a beginning and then `blocks` times 8 MiB of zeros, a thousandth of that in length."""
    return gzip.compress(beginning) + _GZIP_ZEROS * blocks


def zlib_bomb(beginning: bytes, *, blocks: int) -> bytes:
    """Do the same in one zlib stream, whose checksum is left out."""
    head = zlib.compressobj(9)
    return head.compress(beginning) + head.flush(zlib.Z_FULL_FLUSH) + _RAW_ZEROS * blocks


def _raw_zeros() -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(bytes(BLOCK)) + stream.flush(zlib.Z_FULL_FLUSH)


_GZIP_ZEROS, _RAW_ZEROS = gzip.compress(bytes(BLOCK)), _raw_zeros()
