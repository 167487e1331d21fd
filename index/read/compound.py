"""The container of old Office files: the streams at its top, and how each begins. Pure.

    streams(data) -> {"WordDocument": b"\\xec\\xa5…", "1Table": b"…", …}

Format: [MS-CFB] 2 (https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb/). Sectors hold a directory of 128-byte entries,
a tree of siblings under the root. What lies in storages below it (a workbook put into a letter) does not name the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 512  # bytes of each stream that are read, where it lies in whole sectors
_MOST_SECTORS = 200_000
_MOST_ENTRIES = 100_000
_ENTRY = 128
_STREAM, _ROOT = 2, 5


def streams(data: bytes) -> dict[str, bytes]:
    """The streams directly under the root, each with its first bytes (b"" where it lies in the small-stream area).

    Raises ValueError where the container is broken.
    """
    try:
        return _streams(data)
    except (struct.error, IndexError, UnicodeDecodeError) as exc:
        raise ValueError("its directory is broken") from exc


def check_chains(data: bytes) -> None:
    """Raises ValueError where the sectors of a stream follow each other in a ring, which a reader may follow for ever."""
    try:
        table, directory, size, cutoff = _opened(data)
        first_small = struct.unpack_from("<I", data, 60)[0]
        small_sectors = b"".join(_sector(data, number, size) for number in _chain(table, first_small, whole=True))
        small = list(struct.unpack(f"<{len(small_sectors) // 4}I", small_sectors[: len(small_sectors) // 4 * 4]))
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            kind = directory[at + 66]
            start, length = struct.unpack_from("<II", directory, at + 116)
            if kind in (_STREAM, _ROOT) and length:
                for _ in _chain(table if length >= cutoff or kind == _ROOT else small, start, whole=True):
                    pass
    except (struct.error, IndexError) as exc:
        raise ValueError("its directory is broken") from exc


def _opened(data: bytes) -> tuple[list[int], bytes, int, int]:
    """The sector table, the directory, the size of a sector and the length from which a stream has whole sectors."""
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise ValueError("its sectors have no known size")
    size = 1 << shift
    first_directory, cutoff = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 56)[0]
    table = _sector_table(data, size)
    directory = b"".join(_sector(data, number, size) for number in _chain(table, first_directory))
    return table, directory, size, cutoff


def _streams(data: bytes) -> dict[str, bytes]:
    _, directory, size, cutoff = _opened(data)
    found: dict[str, bytes] = {}
    if len(directory) < _ENTRY or directory[66] != _ROOT:
        raise ValueError("it has no root")
    waiting = [struct.unpack_from("<I", directory, 76)[0]]
    seen: set[int] = set()
    while waiting:
        at = waiting.pop()
        if at >= len(directory) // _ENTRY or at in seen or len(seen) > _MOST_ENTRIES:
            continue
        seen.add(at)
        entry = directory[at * _ENTRY : (at + 1) * _ENTRY]
        length, kind = struct.unpack_from("<H", entry, 64)[0], entry[66]
        waiting += struct.unpack_from("<II", entry, 68)
        start, bytes_long = struct.unpack_from("<II", entry, 116)
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le")
        head = _sector(data, start, size)[:HEAD] if kind == _STREAM and bytes_long >= cutoff else b""
        found[name] = head
    return found


def _sector_table(data: bytes, size: int) -> list[int]:
    """The FAT: which sector follows each. Its first 109 parts are named in the header, more in a chain of their own."""
    parts = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, 1_000)):
        block = _sector(data, more, size)
        if len(block) < size:
            break
        *named, more = struct.unpack(f"<{size // 4}I", block)
        parts += named
    table: list[int] = []
    for part in parts:
        block = _sector(data, part, size)
        if len(block) < size or len(table) > _MOST_SECTORS:
            break
        table += struct.unpack(f"<{size // 4}I", block)
    return table


def _chain(table: list[int], first: int, *, whole: bool = False) -> Iterator[int]:
    """The sectors of a stream; where they form a ring, up to its closing, or a ValueError for `whole`."""
    seen: set[int] = set()
    while first < 0xFFFFFFFA:
        if first in seen:
            if whole:
                raise ValueError("its sectors follow each other in a ring")
            return
        seen.add(first)
        yield first
        first = table[first]


def _sector(data: bytes, number: int, size: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]
