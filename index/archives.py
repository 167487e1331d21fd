"""ZIP archives of reports: each readable member is a file of its own, "archive.zip › thang-1/bao-cao.docx".

Nothing is unpacked to disk: members are read into memory one by one when their turn comes. Names are data, shown and compared but
never opened. Bounds: members, depth of archives in archives, bytes unpacked in all, ratio of unpacked to packed.
"""

from __future__ import annotations

import struct
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from .errors import FileDamaged, FileEmpty, FileEncrypted, FileTooLarge, ReadError
from .read.sniff import MOST_RATIO, MOST_UNPACKED

SUFFIXES = (".zip",)
INSIDE = " › "
MOST_MEMBERS = 2_000  # of one archive, those within it included
MOST_DEPTH = 3  # an archive in an archive in an archive
LONGEST_NAME = 180  # characters of a member's name, counted from its end
_CHUNK = 1 << 20
_SYMLINK = 0o120000
_UNICODE_PATH = 0x7075  # extra field with the name in UTF-8 (APPNOTE.TXT 4.6.9)


@dataclass(slots=True)
class Archive:
    """An archive on disk, or in another one. It is opened for each member: no handle stays open between two files."""

    path: Path
    shown: str  # its name in messages
    within: Archive | None = None
    number: int = 0  # its place among the members of `within`
    _held: tuple[int, bytes] | None = field(default=None, repr=False)  # the archive last opened in this one

    def read(self, number: int, shown: str, limit: int) -> bytes:
        """A member's bytes, at most `limit`. Raises subclasses of ReadError that name `shown`."""
        with _translated(shown, self._open()) as archive:
            infos = archive.infolist()
            if number >= len(infos):
                raise FileDamaged(file=shown, format="ZIP", detail="the archive has changed")
            return _unpacked(archive, infos[number], shown, limit)

    def _open(self) -> Callable[[], zipfile.ZipFile]:
        if self.within is None:
            return lambda: zipfile.ZipFile(self.path)
        outer = self.within
        if outer._held is None or outer._held[0] != self.number:
            outer._held = (self.number, outer.read(self.number, self.shown, MOST_UNPACKED))
        data = outer._held[1]
        return lambda: zipfile.ZipFile(BytesIO(data))


@dataclass(frozen=True, slots=True)
class Member:
    """A readable member. `name` is its path in the archive, made fit to show; archives in between are part of it."""

    archive: Archive
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A member, or an archive within, that leads to no file; `name` as for Member, "" for the archive itself."""

    name: str
    error: ReadError


@dataclass(slots=True)
class _Budget:
    members: int
    bytes: int


def is_archive(path: Path, name: str, suffixes: Collection[str]) -> bool:
    """Whether the file is a ZIP archive of other files: not a document that is packed in one. `name` gives the suffix."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in suffixes:
        return False
    try:
        with path.open("rb") as file:
            if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
                return False
        with zipfile.ZipFile(path) as archive:
            return not _is_document(set(archive.namelist()))
    except Exception:  # zipfile raises many kinds on broken directories; reading the file will name the damage
        return suffix in SUFFIXES


def _is_document(names: set[str]) -> bool:
    return "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names)


def members(path: Path, shown: str, suffixes: Collection[str]) -> Iterator[Member | Refused]:
    """The readable members in the archive's order; what cannot be taken is named, what has another suffix is passed over."""
    yield from _members(Archive(path, shown), "", suffixes, _Budget(MOST_MEMBERS, MOST_UNPACKED), 1)


def _members(archive: Archive, above: str, suffixes: Collection[str], budget: _Budget, depth: int) -> Iterator[Member | Refused]:
    try:
        with _translated(archive.shown, archive._open()) as opened:
            infos = opened.infolist()
    except ReadError as error:
        yield Refused(above.removesuffix(INSIDE), error)
        return
    seen: set[str] = set()
    for number, info in enumerate(infos):
        name = _shown_name(info)
        suffix = PurePosixPath(name).suffix.lower()
        if info.is_dir() or _is_hidden(name) or (info.external_attr >> 16) & 0o170000 == _SYMLINK:
            continue
        if suffix not in suffixes and suffix not in SUFFIXES:
            continue
        name = _distinct(name, seen)
        shown = f"{archive.shown}{INSIDE}{name}"
        budget.members -= 1
        budget.bytes -= info.file_size
        if budget.members < 0:
            limit = f"{MOST_MEMBERS} members"
            yield Refused(above + name, FileTooLarge(file=archive.shown, size=f"{len(infos)} members", limit=limit))
            return
        if (bomb := _bomb(info, shown, budget)) is not None:
            yield Refused(above + name, bomb)
        elif suffix not in SUFFIXES:
            yield Member(archive, number, above + name)
        elif depth >= MOST_DEPTH:
            limit = f"{MOST_DEPTH} archives in each other"
            yield Refused(above + name, FileTooLarge(file=shown, size=f"{depth + 1} archives in each other", limit=limit))
        else:
            inner = Archive(archive.path, shown, archive, number)
            yield from _members(inner, f"{above}{name}{INSIDE}", suffixes, budget, depth + 1)


def _bomb(info: zipfile.ZipInfo, shown: str, budget: _Budget) -> FileTooLarge | None:
    """What the directory itself says of a member that is not to be unpacked."""
    if budget.bytes < 0:
        budget.bytes += info.file_size  # smaller ones may still find room
        return FileTooLarge(file=shown, size="the archive, unpacked,", limit=f"{MOST_UNPACKED // 1_000_000} MB")
    if info.file_size > 10_000_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        size = f"unpacked, {info.file_size // 1_000_000} MB from {info.compress_size // 1000} kB"
        return FileTooLarge(file=shown, size=size, limit=f"{MOST_RATIO} : 1")
    return None


class _translated:
    """Opens an archive and turns what zipfile raises, while it is open, into errors of this program."""

    def __init__(self, shown: str, opener: Callable[[], zipfile.ZipFile]) -> None:
        self._shown = shown
        self._opener = opener
        self._archive: zipfile.ZipFile | None = None

    def __enter__(self) -> zipfile.ZipFile:
        try:
            self._archive = self._opener()
        except Exception as error:
            raise _damaged(self._shown, error) from error
        return self._archive

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._archive is not None:
            self._archive.close()
        if isinstance(error, Exception) and not isinstance(error, ReadError):
            raise _damaged(self._shown, error) from error


def _damaged(shown: str, error: Exception) -> ReadError:
    if isinstance(error, RuntimeError) and "password" in str(error):
        return FileEncrypted(file=shown)
    text = " ".join(str(error).split())[:100]
    return FileDamaged(file=shown, format="ZIP", detail=f"{type(error).__name__}: {text}" if text else type(error).__name__)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, limit: int) -> bytes:
    if info.flag_bits & 0x1:
        raise FileEncrypted(file=shown)
    if info.file_size > limit:
        raise FileTooLarge(file=shown, size=f"{info.file_size / 1e6:.1f} MB", limit=f"{limit / 1e6:.1f} MB")
    pieces: list[bytes] = []
    size = 0
    with archive.open(info) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise FileTooLarge(file=shown, size=f"{size / 1e6:.1f} MB", limit=f"{limit / 1e6:.1f} MB")
            pieces.append(piece)
    if not size:
        raise FileEmpty(file=shown)
    return b"".join(pieces)


def _shown_name(info: zipfile.ZipInfo) -> str:
    """The member's path as text: no drive, no "..", no control characters, "/" between folders."""
    raw = _unicode_path(info) or _decoded(info)
    parts = [
        "".join(char for char in part if unicodedata.category(char)[0] != "C").strip()
        for part in unicodedata.normalize("NFC", raw).replace("\\", "/").split("/")
    ]
    kept = [part for part in parts if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":")]
    return "/".join(kept)[-LONGEST_NAME:] or "?"


def _decoded(info: zipfile.ZipInfo) -> str:
    """Names that are not marked as UTF-8 mostly are all the same; else they are in the code page of whoever packed them."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        data = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _unicode_path(info: zipfile.ZipInfo) -> str:
    """The name in the extra field that Windows programs add."""
    at = 0
    while at + 4 <= len(info.extra):
        kind, size = struct.unpack_from("<HH", info.extra, at)
        if kind == _UNICODE_PATH and size > 5:
            return info.extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return ""


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in name.split("/"))


def _distinct(name: str, seen: set[str]) -> str:
    """Two members of one name are kept apart: "a.txt", "a.txt (2)" with the number before the suffix."""
    place = PurePosixPath(name)
    number, candidate = 1, name
    while candidate in seen:
        number += 1
        candidate = str(place.with_name(f"{place.stem} ({number}){place.suffix}"))
    seen.add(candidate)
    return candidate
