"""Old Office and OpenDocument files, by LibreOffice where it is installed; and how they are told apart without it."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from read_files import check, rows, texts, with_part, zipped

from index.errors import ConverterMissing, FileDamaged, FileEncrypted, FormatUnsupported
from index.read import office, read_bytes
from index.read.compound import MAGIC, check_chains, streams

soffice = pytest.mark.skipif(not office.find_soffice(), reason="LibreOffice is not installed")
RTF = rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Times New Roman;}}\f0 Thu ng\u226?n s\u225?ch \u273?\u7841?t 108%.\par}"


def container(names: dict[str, bytes], inside: str = "") -> bytes:
    """A compound file with these streams (each padded to one sector run over the small-stream limit) under its root."""
    entries, body = [_entry("Root Entry", 5, child=1)], b""
    first = 2  # sector 0 is the FAT, sector 1 and on the directory
    directory_sectors = (len(names) + 2 + 3) // 4
    first = 1 + directory_sectors
    fat = [0xFFFFFFFD] + [number + 1 for number in range(1, directory_sectors)] + [0xFFFFFFFE]
    for number, (name, data) in enumerate(names.items(), 1):
        padded = data.ljust(4096, b"\0")
        entries.append(_entry(name, 2, right=number + 1 if number < len(names) else -1, start=first + len(body) // 512, size=4096))
        start = first + len(body) // 512
        fat += [*range(start + 1, start + 8), 0xFFFFFFFE]
        body += padded
    if inside:
        entries.append(_entry(inside, 2, start=0xFFFFFFFE))  # no sibling leads to it: it belongs to a storage below
    directory = b"".join(entries).ljust(directory_sectors * 512, b"\0")
    table = struct.pack("<128I", *(fat + [0xFFFFFFFF] * (128 - len(fat))))
    header = (
        MAGIC + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    )
    return header + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108) + table + directory + body


def _entry(name: str, kind: int, *, right: int = -1, child: int = -1, start: int = 0, size: int = 0) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    places = struct.pack("<iii", -1, right, child)
    return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + places + bytes(36) + struct.pack("<IQ", start, size)


def letter() -> bytes:
    document = docx.Document()
    document.add_paragraph("BÁO CÁO")
    document.add_heading("I. Kết quả", level=1)
    document.add_paragraph("Thu ngân sách đạt 108% dự toán.")
    table = document.add_table(rows=2, cols=2)
    for cell, word in zip(
        (cell for row in table.rows for cell in row.cells), ("Chỉ tiêu", "Năm 2022", "Hộ nghèo", "2,1"), strict=True
    ):
        cell.text = word
    document.add_paragraph("Hết.")  # LibreOffice's own .doc files lose a table that ends them
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def deck() -> bytes:
    presentation = pptx.Presentation()
    for title, words in (("Kết quả năm 2022 của xã", "Thu ngân sách đạt 108%."), ("Nhiệm vụ", "Trồng 12 ha rừng.")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = words
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """`converted("doc")`: a file of that format, made by LibreOffice."""

    def make(format: str) -> bytes:
        folder = tmp_path_factory.mktemp("made")
        source = folder / ("a.pptx" if format in ("ppt", "odp") else "a.docx")
        source.write_bytes(deck() if format in ("ppt", "odp") else letter())
        command = [office.find_soffice(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
        subprocess.run([*command, format, "--outdir", str(folder), str(source)], capture_output=True, timeout=120, check=True)
        return (folder / f"a.{format}").read_bytes()

    return make


@soffice
@pytest.mark.parametrize("format", ["doc", "odt"])
def test_letters_keep_headings_and_tables(converted: Callable[[str], bytes], format: str) -> None:
    document = check(read_bytes(converted(format), name=f"bc.{format}"))
    assert document.format == format
    assert texts(document, "title") == ["BÁO CÁO"]
    assert texts(document, "heading") == ["I. Kết quả"]
    assert "Thu ngân sách đạt 108% dự toán." in texts(document, "paragraph")
    assert rows(document) == [[("Hộ nghèo", "Chỉ tiêu"), ("2,1", "Năm 2022")]]
    assert document.notes == ()


@soffice
@pytest.mark.parametrize("format", ["ppt", "odp"])
def test_decks_keep_their_slides(converted: Callable[[str], bytes], format: str) -> None:
    document = check(read_bytes(converted(format), name=f"bc.{format}"))
    assert (document.format, document.pages) == (format, 2)
    assert [(document.text[block.start : block.end], block.page) for block in document.blocks] == [
        ("Kết quả năm 2022 của xã", 1),
        ("Thu ngân sách đạt 108%.", 1),
        ("Nhiệm vụ", 2),
        ("Trồng 12 ha rừng.", 2),
    ]


@soffice
def test_rtf_under_any_name() -> None:
    document = read_bytes(RTF, name="bc.doc")
    assert document.text == "Thu ngân sách đạt 108%."
    assert "RTF" in document.notes[0]


@soffice
def test_no_link_in_a_file_is_followed(converted: Callable[[str], bytes]) -> None:
    asked: list[str] = []

    class Witness(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Witness)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/spy.png"
        field = rb'{\field{\*\fldinst INCLUDEPICTURE "%s" \\d}{\fldrslt x}}' % address.encode()
        text = rb'{\field{\*\fldinst INCLUDETEXT "%s"}{\fldrslt y}}' % address.encode()
        assert "108%" in read_bytes(RTF[:-1] + field + text + b"}", name="bc.rtf").text
        link = f'xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"'
        picture = f'<draw:frame draw:name="i" text:anchor-type="as-char"><draw:image {link}/></draw:frame>'
        section = f'<text:section text:name="s"><text:section-source {link}/></text:section>'
        whole = converted("odt")
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            content = archive.read("content.xml").decode()
        content = content.replace("dự toán.</text:p>", f"dự toán.{picture}</text:p>{section}")
        assert address in content
        document = read_bytes(with_part(whole, "content.xml", content.encode()), name="bc.odt")
        assert "108%" in document.text
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


@soffice
def test_broken_files_are_named(converted: Callable[[str], bytes]) -> None:
    whole = converted("odt")
    for data in (
        with_part(whole, "content.xml", b"<office:"),
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
    ):
        with pytest.raises(FileDamaged, match=r"bc\.odt.*ODT"):
            read_bytes(data, name="bc.odt")


def test_without_libreoffice_the_way_to_get_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_soffice", lambda: "")
    with pytest.raises(ConverterMissing) as caught:
        read_bytes(RTF, name="bc.rtf")
    for language in ("en", "vi"):
        assert "apt-get install" in caught.value.message(language)
        assert "bc.rtf" in caught.value.message(language)


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for LibreOffice")
def test_a_program_that_never_ends_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "find_soffice", lambda: str(program))
    started = time.monotonic()
    with pytest.raises(FileDamaged, match="1 seconds"):
        office.convert(RTF, "bc.rtf", format="rtf", seconds=1)
    assert time.monotonic() - started < 10
    number = int((tmp_path / "child").read_text())
    assert not _is_running(number)


def _is_running(number: int) -> bool:
    """A killed child may stand in the table of processes until its new parent looks."""
    status = Path(f"/proc/{number}/stat")
    for _ in range(50):
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except (FileNotFoundError, ProcessLookupError):
            return False
        time.sleep(0.1)
    return True


def test_nothing_of_a_conversion_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(office, "find_soffice", lambda: "/bin/false")
    with pytest.raises(FileDamaged):
        office.convert(RTF, "../../../x/bc.rtf", format="rtf")
    assert list(tmp_path.iterdir()) == []


def test_streams_at_the_top_tell_old_office_files_apart() -> None:
    data = container({"WordDocument": b"\xec\xa5" + bytes(9) + b"\x00rest", "1Table": b"t"}, inside="Workbook")
    assert streams(data).keys() == {"WordDocument", "1Table"}
    assert streams(data)["WordDocument"][:2] == b"\xec\xa5"
    with pytest.raises(FileEncrypted, match=r"bc\.doc"):
        read_bytes(container({"WordDocument": b"\xec\xa5" + bytes(9) + b"\x01rest"}), name="bc.doc")
    with pytest.raises(FileEncrypted):
        read_bytes(container({"PowerPoint Document": b"", "EncryptedSummary": b""}), name="bc.ppt")
    with pytest.raises(FormatUnsupported, match="old Office"):
        read_bytes(container({"VisioDocument": b""}), name="bc.doc")


@pytest.mark.parametrize("cut", [8, 100, 511, 600, 1100])
def test_a_broken_container_is_named(cut: int) -> None:
    with pytest.raises(FileDamaged, match=r"bc\.doc"):
        read_bytes(container({"WordDocument": b""})[:cut].ljust(30, b"\1"), name="bc.doc")


def test_sectors_that_form_a_ring_are_found() -> None:
    whole = container({"Workbook": b"\x09\x08" + bytes(4000)})
    check_chains(whole)
    ring = bytearray(whole)
    struct.pack_into("<I", ring, 512 + 4 * 5, 3)  # sector 5 is followed by sector 3, which leads to it
    with pytest.raises(ValueError, match="ring"):
        check_chains(bytes(ring))
    with pytest.raises(FileDamaged, match=r"bc\.xls.*ring"):
        read_bytes(bytes(ring), name="bc.xls")


def test_a_locked_open_document_needs_its_password() -> None:
    manifest = b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    parts = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"\0", "META-INF/manifest.xml": manifest}
    with pytest.raises(FileEncrypted, match=r"bc\.odt"):
        read_bytes(zipped(parts), name="bc.odt")
