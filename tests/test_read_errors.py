"""Bad files: each gets its own error, with the file's name in it, and nothing but ReadError comes out."""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from read_files import check, pdf, with_part, zipped

from index.errors import (
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileForbidden,
    FileMissing,
    FileTooLarge,
    FormatUnsupported,
    NoTextFound,
    ReadError,
)
from index.read import SUFFIXES, read_bytes, read_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def good_docx() -> bytes:
    document = docx.Document()
    document.add_heading("I. Kết quả", level=1)
    document.add_paragraph("Thu ngân sách đạt 108% dự toán.")
    table = document.add_table(rows=3, cols=3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = str(number)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def good_pdf() -> bytes:
    return pdf(
        [[(80, 700, "I. Kết quả"), (80, 680, "Thu ngân sách đạt 108% dự toán.")]],
        strokes=[[(80, 600, 300, 600), (80, 500, 80, 600)]],
    )


GOOD: dict[str, bytes] = {
    "bc.txt": "Xã Đông Sơn\n\nThu ngân sách đạt 108% dự toán.\n".encode() * 20,
    "bc.md": "# Xã Đông Sơn\n\n| a | b |\n|---|---|\n| Thu | 108% |\n\n- mục **một**\n".encode() * 20,
    "bc.html": "<html><body><h1>Xã Đông Sơn</h1><table><tr><th>a<th>b<tr><td rowspan=2>Thu<td>108%</table><p>Đoạn</body>".encode(),
    "bc.docx": good_docx(),
    "bc.pdf": good_pdf(),
}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_the_good_files_are_good(name: str) -> None:
    assert "108%" in check(read_bytes(GOOD[name], name=name)).text


@pytest.mark.parametrize("name", [f"bc{suffix}" for suffix in sorted(SUFFIXES)])
@pytest.mark.parametrize("data", [b"", b"  \r\n\t ", b"\xef\xbb\xbf", b"\x00" * 100])
def test_empty(name: str, data: bytes) -> None:
    with pytest.raises(FileEmpty, match=name):
        read_bytes(data, name=name)


def test_missing_and_folders(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"none\.pdf"):
        read_file(tmp_path / "none.pdf")
    with pytest.raises(FormatUnsupported):
        read_file(tmp_path)
    (tmp_path / "a.txt").write_text("chữ", encoding="utf-8")
    with pytest.raises(FileMissing):
        read_file(tmp_path / "a.txt" / "b.txt")


def test_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bc.txt"
    path.write_text("chữ", encoding="utf-8")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(FileForbidden, match=r"bc\.txt"):
        read_file(path)


def test_too_large_is_told_from_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "bc.pdf"
    with path.open("wb") as file:
        file.truncate(500_000_000)  # sparse: nothing is written
    started = time.monotonic()
    with pytest.raises(FileTooLarge, match="500 MB"):
        read_file(path)
    assert time.monotonic() - started < 0.5
    with pytest.raises(FileTooLarge):
        read_bytes(b"x" * 100, name="a.txt", max_bytes=99)


def test_special_files_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bc.txt")
    with pytest.raises(FormatUnsupported):
        read_file(tmp_path / "bc.txt")


def test_encrypted_pdf() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 700, "hidden")
    canvas.save()
    with pytest.raises(FileEncrypted, match=r"bc\.pdf"):
        read_bytes(out.getvalue(), name="bc.pdf")


def test_encrypted_office_files() -> None:
    with pytest.raises(FileEncrypted):
        read_bytes(OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), name="bc.docx")
    locked = bytearray(zipped({"word/document.xml": b"<w/>"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1
    with pytest.raises(FileEncrypted):
        read_bytes(bytes(locked), name="bc.docx")


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("anh.txt", b"GIF89a" + bytes(100), "GIF"),
        ("bang.xlsx", zipped({"xl/workbook.bin": b"w"}), "Excel binary"),
        ("a.zip", zipped({"a.txt": b"a"}), "ZIP"),
        ("a.odg", zipped({"mimetype": b"application/vnd.oasis.opendocument.graphics", "content.xml": b"<w/>"}), "(graphics)"),
        ("a.exe", b"MZ\x90\x00" + bytes(300), "program"),
        ("a.bin", b"\x00\x01\x02" * 100, ".bin"),
    ],
)
def test_other_formats_are_named(name: str, data: bytes, format: str) -> None:
    with pytest.raises(FormatUnsupported) as caught:
        read_bytes(data, name=name)
    assert format in str(caught.value)
    assert name in caught.value.message("vi")
    assert ".docx" in str(caught.value)


@pytest.mark.parametrize("name", ["bc.pdf", "bc.docx"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_truncated(name: str, share: float) -> None:
    data = GOOD[name][: int(len(GOOD[name]) * share)]
    with pytest.raises((FileDamaged, NoTextFound), match=name):
        read_bytes(data, name=name)


@pytest.mark.parametrize("name", ["bc.pdf", "bc.docx"])
def test_junk_under_a_known_name(name: str) -> None:
    with pytest.raises(FileDamaged, match=name):
        read_bytes(b"\x01\x02junk" * 1000, name=name)
    with pytest.raises(FileDamaged, match=name):
        read_bytes(b"just words", name=name)


@pytest.mark.parametrize("held", sorted(GOOD))
@pytest.mark.parametrize("named", ["x.txt", "x.pdf", "x.docx", "x.html", "x.unknown", "x"])
def test_mislabelled_files_are_read_as_what_they_are(held: str, named: str) -> None:
    if held in ("bc.txt", "bc.md"):
        return  # words are words; their name decides
    document = check(read_bytes(GOOD[held], name=named))
    assert document.format == Path(held).suffix[1:]
    odd = named not in ("x.unknown", "x") and Path(named).suffix[1:] != document.format and {named, held} != {"x.txt", "bc.html"}
    assert any("named like" in note for note in document.notes) == odd


def test_a_docx_without_text() -> None:
    out = io.BytesIO()
    docx.Document().save(out)
    with pytest.raises(NoTextFound, match=r"bc\.docx"):
        read_bytes(out.getvalue(), name="bc.docx")
    with pytest.raises(NoTextFound):
        read_bytes(b"<html><body><script>x</script></body></html>", name="a.html")
    with pytest.raises(NoTextFound):
        read_bytes(b"--- *** ---", name="a.md")


def test_a_docx_with_broken_parts() -> None:
    for part in ("word/document.xml", "[Content_Types].xml", "word/styles.xml", "_rels/.rels"):
        for content in (b"", b"<w", b"\xff\xfe\x00", b"<a/>"):
            assert survives(with_part(GOOD["bc.docx"], part, content), "bc.docx")


def test_names_that_climb_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.parent.rglob("*"))
    data = with_part(GOOD["bc.docx"], "../../evil.txt", b"x")
    check(read_bytes(data, name="bc.docx"))
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_messages_hold_no_braces_or_tracebacks() -> None:
    with pytest.raises(FileDamaged) as caught:
        read_bytes(b"PK\x03\x04" + b"{0}{file}" * 20, name="a{b}.docx")
    for language in ("en", "vi"):
        assert "a{b}.docx" in caught.value.message(language)
        assert "Traceback" not in caught.value.message(language)


def survives(data: bytes, name: str) -> bool:
    """The file is read whole, or refused by an error that names it."""
    try:
        check(read_bytes(data, name=name))
    except ReadError as error:
        return name in str(error)
    return True


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 400)]
    return data[:start] + piece * chance.randint(2, 50) + data[start:]


def test_two_hundred_changed_word_bodies() -> None:
    """Changes under a valid zip checksum, where they reach the XML parser and the walk."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(GOOD["bc.docx"])) as archive:
        body = archive.read("word/document.xml")
    chance = random.Random(7)
    for number in range(200):
        changed = (_flip, _cut, _repeat)[number % 3](body, chance)
        assert survives(with_part(GOOD["bc.docx"], "word/document.xml", changed), "bc.docx")


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("change", [_flip, _cut, _repeat])
def test_two_hundred_changed_files(
    name: str, change: Callable[[bytes, random.Random], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.read.ocr.find_tesseract", lambda: None)  # a changed page can look like a scan: seconds each
    chance = random.Random(f"{name} {change.__name__}")
    slowest = 0.0
    for _ in range(200):
        data = change(GOOD[name], chance)
        started = time.monotonic()
        assert survives(data, name)
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < 10
