"""Which reader a file needs, by its first bytes and only then by its name.

sniff(b"%PDF-1.7…", "bao-cao.txt") == "pdf"
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from index.errors import FileDamaged, FileEncrypted, FileTooLarge, FormatUnsupported
from index.read.compound import streams

BY_SUFFIX = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
    ".pptx": "pptx",
    ".doc": "doc",
    ".ppt": "ppt",
    ".odt": "odt",
    ".odp": "odp",
    ".ods": "ods",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".rtf": "rtf",
    ".csv": "csv",
    ".tsv": "csv",
    ".png": "png",
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".tif": "tiff",
    ".tiff": "tiff",
}
SUFFIXES = frozenset(BY_SUFFIX)  # of files that are read; index/archives.py opens .zip
# known by their first bytes alone
_BY_MAGIC = frozenset(("pdf", "docx", "pptx", "doc", "ppt", "odt", "odp", "ods", "xlsx", "xls", "rtf", "png", "jpg", "tiff"))
READABLE = ".txt .md .html .docx .doc .odt .rtf .pptx .ppt .odp .pdf .xlsx .xls .ods .csv .png .jpg .tiff .zip"

MOST_UNPACKED = 1_000_000_000  # bytes a zipped document may unpack to
MOST_RATIO = 200  # unpacked : packed, for parts over 10 MB; office text packs about 10 : 1
MOST_PARTS = 20_000

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "GIF image"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7-Zip archive"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"BM", "bitmap image"),
    (b"RIFF", "sound or video"),
    (b"OggS", "sound or video"),
    (b"ID3", "sound"),
    (b"SQLite format 3", "SQLite database"),
    (b"%!PS", "PostScript"),
)
_PICTURES = ((b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"))
_OFFICE_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPEN_DOCUMENT = {"text": "odt", "presentation": "odp", "spreadsheet": "ods"}
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main)\b",
    re.IGNORECASE | re.DOTALL,
)


def sniff(data: bytes, name: str) -> str:
    """A format of BY_SUFFIX. Raises FormatUnsupported, FileEncrypted, FileDamaged or FileTooLarge (zip bombs)."""
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _sniff_zip(data, name, suffix)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _sniff_ole(data, name)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    for magic, kind in _PICTURES:
        if data.startswith(magic):
            return kind
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:64]):
            raise FormatUnsupported(file=name, format=kind, allowed=READABLE)
    if _HTML_START.match(data[:4096]):
        return "html"
    by_suffix = BY_SUFFIX.get(suffix)
    if by_suffix in ("xls", "xlsx") and b"\t" in data[:4096] and not _looks_binary(data):
        return "csv"  # what many programs export as "Excel"
    if by_suffix in _BY_MAGIC:
        raise FileDamaged(file=name, format=by_suffix.upper(), detail=f"it does not start like a {by_suffix.upper()} file")
    if by_suffix is None and suffix and _looks_binary(data):
        raise FormatUnsupported(file=name, format=suffix, allowed=READABLE)
    if by_suffix is None and suffix in _OTHER_SUFFIXES:
        raise FormatUnsupported(file=name, format=suffix, allowed=READABLE)
    return by_suffix or "txt"


_OTHER_SUFFIXES = frozenset(
    [
        ".xlsb",
        ".json",
        ".xml",
        ".zip",
        ".rar",
        ".gif",
        ".bmp",
        ".mp3",
        ".mp4",
        ".exe",
        ".dll",
        ".so",
        ".js",
        ".css",
        ".py",
    ]
)


def _sniff_zip(data: bytes, name: str, suffix: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception as exc:  # zipfile raises many kinds on broken directories
        shown = "DOCX" if suffix in (".docx", ".docm") else "ZIP"
        raise FileDamaged(file=name, format=shown, detail="the archive inside it is incomplete") from exc
    _check_archive(parts, name)
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileEncrypted(file=name)
    names = [part.filename for part in parts]
    for prefix, kind in _OFFICE_PARTS.items():
        if any(part.startswith(prefix) for part in names):
            if kind == "xlsx" and "xl/workbook.bin" in names:
                raise FormatUnsupported(file=name, format="Excel binary (.xlsb)", allowed=READABLE)
            return kind
    if suffix in (".docx", ".docm"):
        raise FileDamaged(file=name, format="DOCX", detail="it holds no word/ part")
    if suffix in (".xlsx", ".xlsm"):
        raise FileDamaged(file=name, format="XLSX", detail="it holds no xl/ part")
    if "mimetype" in names and "content.xml" in names:
        return _sniff_open_document(data, name)
    raise FormatUnsupported(file=name, format="ZIP archive", allowed=READABLE)


def _sniff_open_document(data: bytes, name: str) -> str:
    """OpenDocument names its kind in its part "mimetype", and lists its encrypted parts in the manifest (ODF 1.2, part 3)."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            kind = archive.read("mimetype")[:200].decode("ascii", "replace").strip().rpartition(".")[2].removesuffix("-template")
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
    except Exception as exc:  # zipfile raises many kinds on broken parts
        raise FileDamaged(file=name, format="OpenDocument", detail="the archive inside it is incomplete") from exc
    if b"encryption-data" in manifest:
        raise FileEncrypted(file=name)
    if kind not in _OPEN_DOCUMENT:
        raise FormatUnsupported(file=name, format=f"OpenDocument ({kind[:20]})", allowed=READABLE)
    return _OPEN_DOCUMENT[kind]


def _check_archive(parts: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse bombs before anything is unpacked."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS:
        raise FileTooLarge(file=name, size=f"{len(parts)} parts", limit=f"{MOST_PARTS} parts")
    if unpacked > MOST_UNPACKED:
        raise FileTooLarge(file=name, size=f"unpacked, {unpacked // 1_000_000} MB", limit=f"{MOST_UNPACKED // 1_000_000} MB")
    for part in parts:
        if part.file_size > 10_000_000 and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise FileTooLarge(
                file=name,
                size=f"unpacked, {part.file_size // 1_000_000} MB from {part.compress_size // 1000} kB",
                limit=f"{MOST_RATIO} : 1",
            )


_OLE_STREAMS = {"WordDocument": "doc", "PowerPoint Document": "ppt", "Workbook": "xls", "Book": "xls"}


def _sniff_ole(data: bytes, name: str) -> str:
    """Old Office files, and new ones locked by a password, share one container (MS-CFB): the streams at its top tell them apart."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileEncrypted(file=name)
    try:
        found = streams(data)
    except ValueError as exc:
        raise FileDamaged(file=name, format="old Office", detail=f"its container cannot be read: {exc}") from exc
    kind = next((kind for stream, kind in _OLE_STREAMS.items() if stream in found), "")
    locked = kind == "doc" and found["WordDocument"][11:12] and found["WordDocument"][11] & 1  # fEncrypted, [MS-DOC] 2.5.2
    if locked or "EncryptedSummary" in found:
        raise FileEncrypted(file=name)
    if not kind:
        raise FormatUnsupported(file=name, format="old Office", allowed=READABLE)
    return kind


def _looks_binary(data: bytes) -> bool:
    sample = data[:4096]
    return sample.count(0) > 0 and not sample.startswith((b"\xff\xfe", b"\xfe\xff"))
