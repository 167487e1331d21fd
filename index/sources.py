"""Paths a person names -> files to read, each with the key by which its report is known again."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .archives import INSIDE, Member, Refused, is_archive, members
from .archives import SUFFIXES as ARCHIVE_SUFFIXES
from .errors import FileDamaged, FileEmpty, FileForbidden, FileMissing, FileTooLarge, FormatUnsupported, NoTextFound, ReportsError


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to add. `name` is what a person calls it; `key` is "upload:<name>" for an upload, else the absolute path.

    A member of an archive has both with its place in it: "archive.zip › thang-1/bao-cao.docx".
    """

    path: Path
    name: str
    key: str
    member: Member | None = None

    @property
    def is_upload(self) -> bool:
        return self.key.startswith("upload:")

    @property
    def shown(self) -> str:
        """What messages and lists of results call it: an upload by its name, else the path as it was found."""
        if self.is_upload:
            return self.name
        return printable(self.path) + (f"{INSIDE}{self.member.name}" if self.member else "")

    def numbered(self, number: int) -> str:
        """The key of the `number`-th report kept under this name: "upload:baocao.docx (2)"."""
        return self.key if number == 1 else f"{self.key} ({number})"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A path that leads to no file, with the reason."""

    path: str
    error: ReportsError


def find_files(paths: Sequence[Path | str], names: Mapping[str, str], suffixes: Collection[str]) -> Iterator[SourceFile | Unusable]:
    """Files as named, folders searched to the bottom in sorted order: no hidden files, only `suffixes`, no folder twice.

    `names` maps a path, as given, to the name under which it was uploaded.
    """
    for given in paths:
        path = Path(given).expanduser()
        if str(given) in names:
            yield from _opened(_upload(path, names[str(given)]), suffixes)
            continue
        try:
            is_folder = path.is_dir()
            exists = is_folder or path.exists() or path.is_symlink()
        except OSError:  # a folder above it may not be entered
            yield Unusable(printable(path), FileForbidden(file=printable(path)))
            continue
        if is_folder:
            yield from _walk(path, suffixes, set())
        elif exists:
            yield from _opened(_file(path), suffixes)
        else:
            yield Unusable(printable(path), FileMissing(file=printable(path)))


def load(file: SourceFile, *, limit: int, allowed: str) -> bytes:
    """The file's bytes, at most `limit`. Raises subclasses of ReadError; `allowed` names the readable formats for them."""
    name = file.shown
    if file.member is not None:
        return file.member.archive.read(file.member.number, name, limit)
    try:
        status = file.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FormatUnsupported(file=name, format="special", allowed=allowed)
        if status.st_size > limit:
            raise FileTooLarge(file=name, size=_megabytes(status.st_size), limit=_megabytes(limit))
        if not status.st_size:
            raise FileEmpty(file=name)
        return file.path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(file=name) from error
    except PermissionError as error:
        raise FileForbidden(file=name) from error
    except OSError as error:
        raise FileDamaged(file=name, format="file", detail=error.strerror or error) from error


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size < 1e8 else f"{size // 1_000_000} MB"


def printable(path: Path | str) -> str:
    """The path as Unicode in NFC; bytes of a file name that are no UTF-8 become "\\xe1"."""
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "backslashreplace"))


def _file(path: Path) -> SourceFile:
    return SourceFile(path, printable(path.name), printable(Path(os.path.abspath(path))))


def _upload(path: Path, name: str) -> SourceFile:
    """Of an upload's name only its last part counts, without control characters: it is shown, never opened."""
    last = printable(name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    clean = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip() or printable(path.name)
    return SourceFile(path, clean, f"upload:{clean}")


def _walk(folder: Path, suffixes: Collection[str], seen: set[tuple[int, int]]) -> Iterator[SourceFile | Unusable]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:  # a link back to a folder above
            return
        seen.add((status.st_dev, status.st_ino))
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except PermissionError:
        yield Unusable(printable(folder), FileForbidden(file=printable(folder)))
        return
    except OSError:
        yield Unusable(printable(folder), FileMissing(file=printable(folder)))
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")):  # "~$name.docx" is Word's lock file
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path), suffixes, seen)
        elif entry.is_file() and Path(entry.name).suffix.lower() in (*suffixes, *ARCHIVE_SUFFIXES):
            yield from _opened(_file(Path(entry.path)), suffixes)


def _opened(file: SourceFile, suffixes: Collection[str]) -> Iterator[SourceFile | Unusable]:
    """The file itself, or the members of an archive."""
    if not is_archive(file.path, file.name, suffixes):
        yield file
        return
    empty = True
    for found in members(file.path, file.shown, suffixes):
        empty = False
        inside = f"{INSIDE}{found.name}" if found.name else ""
        if isinstance(found, Refused):
            yield Unusable(file.shown + inside, found.error)
        else:
            yield SourceFile(file.path, file.name + inside, file.key + inside, found)
    if empty:
        yield Unusable(file.shown, NoTextFound(file=file.shown, detail="the archive holds no file of a format that is read"))
