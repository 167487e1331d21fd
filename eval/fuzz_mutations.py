"""Good files broken in many ways, each way a function (data, random) -> data. Pure; `MUTATIONS` names them.

What they imitate: interrupted downloads, bad disks, files made to harm (bombs of zip and XML, members named to be written outside,
pages as large as a town), passwords, wrong names.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]
TOKEN = "fuzz-escape-7f3a"  # in every name that would be written outside: nothing called so may be anywhere afterwards
_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"<[A-Za-z][\w:]*")


def truncated(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def bits_flipped(data: bytes, random: Random) -> bytes:
    broken = bytearray(data)
    for _ in range(random.choice((1, 3, 10, 100))):
        at = random.randrange(len(broken))
        broken[at] ^= 1 << random.randrange(8)
    return bytes(broken)


def stretch_zeroed(data: bytes, random: Random) -> bytes:
    at, length = random.randrange(len(data)), random.choice((1, 16, 512, 4096))
    return data[:at] + bytes(min(length, len(data) - at)) + data[at + length :]


def stretch_lost(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 7, 512, 5000)) :]


def stretch_repeated(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at : at + random.choice((4, 64, 1024))] * random.choice((2, 50)) + data[at:]


def noise_inserted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(random.choice((1, 40, 3000))) + data[at:]


def numbers_changed(data: bytes, random: Random) -> bytes:
    """Lengths, counts and sizes that lie."""
    lies = (b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967295", b"99999999999999999999", b"1e308")
    return _in_parts(
        data, random, lambda part: _NUMBER.sub(lambda m: random.choice(lies) if random.random() < 0.02 else m[0], part)
    )


def tags_nested(data: bytes, random: Random) -> bytes:
    """One element inside itself, thousands of times."""
    depth = random.choice((300, 5_000, 60_000))

    def nest(part: bytes) -> bytes:
        tags: list[bytes] = _TAG.findall(part)
        if not tags:
            return part
        tag = random.choice(tags)
        at = part.index(tag)
        return part[:at] + (tag + b">") * depth + part[at:]

    return _in_parts(data, random, nest)


def entities_exploding(data: bytes, random: Random) -> bytes:
    """The billion laughs, and a file of this machine as an entity."""
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 10))
    kind = b'<!DOCTYPE x [<!ENTITY l0 "lol">' + laughs + b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'

    def explode(part: bytes) -> bytes:
        head = part.find(b"?>") + 2 if part.startswith(b"<?xml") else 0
        body = part[head:]
        at = body.find(b">", len(body) // 2) + 1
        return part[:head] + kind + body[:at] + random.choice((b"&l9;", b"&f;")) + body[at:]

    return _in_parts(data, random, explode)


def member_renamed(data: bytes, random: Random) -> bytes:
    """A member whose name leads outside."""
    names = (f"../{TOKEN}.txt", f"../../../../{TOKEN}.docx", f"/tmp/{TOKEN}.txt", f"..\\..\\{TOKEN}.txt", f"C:\\{TOKEN}.txt",
             f"a/../../{TOKEN}.md", f"~/{TOKEN}.txt", f"nul\x00/{TOKEN}.txt", "x" * 5000 + f"/{TOKEN}.txt")  # fmt: skip
    parts = _unzipped(data)
    if not parts:
        return data
    chosen = random.choice(sorted(parts))
    return _zipped({**parts, random.choice(names): parts[chosen]})


def bomb_packed(data: bytes, random: Random) -> bytes:
    """A part that unpacks to hundreds of megabytes, by its true size or with one that lies."""
    parts = _unzipped(data)
    if not parts:
        return data
    chosen = random.choice([*sorted(parts), "bomb.xml"])
    packed = bytearray(_zipped({**parts, chosen: b"<a>" + b" " * random.choice((15_000_000, 300_000_000))}))
    if random.random() < 0.5:  # the central directory says 100 bytes
        at = packed.find(b"PK\x01\x02")
        while at >= 0:
            if struct.unpack_from("<I", packed, at + 24)[0] > 10_000_000:
                struct.pack_into("<I", packed, at + 24, 100)
            at = packed.find(b"PK\x01\x02", at + 4)
    return bytes(packed)


def archive_nested(data: bytes, random: Random) -> bytes:
    """An archive in an archive in an archive …"""
    for _ in range(random.choice((2, 12, 60))):
        data = _zipped({"a.zip": data, "b.txt": b"x"})
    return data


def locked(data: bytes, random: Random) -> bytes:
    """Members marked as encrypted; a container as locked Office files have; a PDF that names an encryption."""
    if data.startswith(b"PK"):
        marked = bytearray(data)
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = marked.find(signature)
            while at >= 0 and at + offset < len(marked):
                marked[at + offset] |= 1
                at = marked.find(signature, at + 4)
        return bytes(marked)
    if data.startswith(b"%PDF"):
        entry = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O (%s) /U (%s) >> /Root" % (b"o" * 32, b"u" * 32)
        return data.replace(b"/Root", entry)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data[8:600] + "EncryptedPackage".encode("utf-16-le") + data[600:]


def page_box_huge(data: bytes, random: Random) -> bytes:
    """PDF pages, slides and pictures of absurd size."""
    size = random.choice((b"1000000 1000000", b"1e9 1e9", b"-5 -5", b"0 0", b"nan inf"))
    if data.startswith(b"%PDF"):
        return re.sub(rb"(/MediaBox\s*\[)[^\]]*", rb"\g<1> 0 0 " + size + b" ", data)
    if data.startswith(b"\x89PNG"):
        return (
            data[:16] + struct.pack(">II", random.choice((100_000, 2**31 - 1, 0)), random.choice((100_000, 2**31 - 1))) + data[24:]
        )
    return _in_parts(data, random, lambda part: re.sub(rb'((?:c[xy]|w|width|gridSpan|r|ref)="?)\d+', rb"\g<1>2147483647", part))


def zeros_inserted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes(random.choice((1, 1000))) + data[at:]


def emptied(data: bytes, random: Random) -> bytes:
    return random.choice([b"", b"\x00", bytes(5000), b" \r\n", b"\xef\xbb\xbf", data[:4], data[:8]])


def swapped_parts(data: bytes, random: Random) -> bytes:
    """The parts of an archive under each other's names."""
    parts = _unzipped(data)
    if not parts:
        return data[len(data) // 2 :] + data[: len(data) // 2]
    names = sorted(parts)
    shuffled = names[:]
    random.shuffle(shuffled)
    return _zipped({name: parts[other] for name, other in zip(names, shuffled, strict=True)})


def untouched(data: bytes, random: Random) -> bytes:
    """For a wrong name alone."""
    return data


MUTATIONS: dict[str, Mutation] = {
    "truncated": truncated,
    "bits flipped": bits_flipped,
    "stretch zeroed": stretch_zeroed,
    "stretch lost": stretch_lost,
    "stretch repeated": stretch_repeated,
    "noise inserted": noise_inserted,
    "numbers changed": numbers_changed,
    "tags nested": tags_nested,
    "entities exploding": entities_exploding,
    "path traversal": member_renamed,
    "zip bomb": bomb_packed,
    "archives nested": archive_nested,
    "locked": locked,
    "huge page box": page_box_huge,
    "NUL inserted": zeros_inserted,
    "empty": emptied,
    "parts swapped": swapped_parts,
    "wrong name": untouched,
}


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError):
        return {}


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _in_parts(data: bytes, random: Random, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part of an archive, or the file itself where it is none."""
    parts = _unzipped(data)
    if not parts:
        return change(data)
    texts = [name for name in sorted(parts) if name.endswith((".xml", ".md", ".rels"))] or sorted(parts)
    chosen = random.choice(texts)
    return _zipped({**parts, chosen: change(parts[chosen])})
