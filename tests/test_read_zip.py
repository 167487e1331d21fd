"""ZIP archives of reports, through a library: members by name, bounds, broken ones beside good ones."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from read_files import zipped

from index import FileDamaged, FileEncrypted, FileTooLarge, Library, NoTextFound, archives

INSIDE = archives.INSIDE


def report(place: str, value: str = "85,1") -> bytes:
    return f"# Báo cáo xã {place} năm 2022\n\n## I. Kết quả\n\nTỷ lệ hộ dân dùng nước sạch là {value}%.\n".encode()


def names(library: Library) -> list[str]:
    return [info.name for info in library.reports()]


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    path.write_bytes(zipped(parts))
    return path


def test_each_member_becomes_a_report_that_is_found(library: Library, tmp_path: Path) -> None:
    path = packed(tmp_path / "bao-cao.zip", {"xa-a.md": report("Hải Đông"), "thang 1/xa-b.md": report("Hải Tiến", "77,7")})
    results = library.add([path])
    assert [(result.status, result.path) for result in results] == [
        ("added", f"{path}{INSIDE}xa-a.md"),
        ("added", f"{path}{INSIDE}thang 1/xa-b.md"),
    ]
    assert names(library) == [f"bao-cao.zip{INSIDE}thang 1/xa-b.md", f"bao-cao.zip{INSIDE}xa-a.md"]
    best = library.search("tỷ lệ nước sạch Hải Tiến", 1)[0].passage
    assert library.report(best.report_id).name == f"bao-cao.zip{INSIDE}thang 1/xa-b.md"


def test_adding_again_changes_nothing_and_a_changed_member_replaces_its_old_self(library: Library, tmp_path: Path) -> None:
    parts = {"a.md": report("Hải Đông"), "b.md": report("Hải Tiến")}
    path = packed(tmp_path / "bc.zip", parts)
    first = library.add([path])
    assert {result.status for result in library.add([path])} == {"unchanged"}
    packed(path, {**parts, "b.md": report("Hải Tiến", "91,2")})
    again = library.add([path])
    assert [result.status for result in again] == ["unchanged", "updated"]
    assert [result.report.id for result in again if result.report] == [result.report.id for result in first if result.report]
    assert first[0].report is not None
    library.remove(first[0].report.id)
    assert names(library) == [f"bc.zip{INSIDE}b.md"]
    assert [result.status for result in library.add([path])] == ["added", "unchanged"]


def test_uploads_and_folders_open_archives_too(library: Library, tmp_path: Path) -> None:
    upload = packed(tmp_path / "x1.zip", {"a.md": report("Hải Đông")})
    assert library.add([upload], names={upload: "thang-1.zip"})[0].path == f"thang-1.zip{INSIDE}a.md"
    folder = tmp_path / "folder"
    folder.mkdir()
    packed(folder / "b.zip", {"b.md": report("Hải Tiến")})
    assert [result.status for result in library.add([folder])] == ["added"]
    assert sorted(names(library)) == [f"b.zip{INSIDE}b.md", f"thang-1.zip{INSIDE}a.md"]
    assert library.reports()[1].source == f"thang-1.zip{INSIDE}a.md"


def test_one_bad_member_never_stops_the_others(library: Library, tmp_path: Path) -> None:
    parts = {
        "a.docx": b"PK no word file",
        "b.md": report("Hải Đông"),
        "c.pdf": b"%PDF-1.7 broken",
        "d.md": b"",
        "e.txt": b"\x00\x01" * 90,
    }
    results = library.add([packed(tmp_path / "bc.zip", parts)])
    assert [result.status for result in results] == ["failed", "added", "failed", "failed", "failed"]
    assert [type(result.error).__name__ for result in results if result.error][:2] == ["FileDamaged", "FileDamaged"]
    assert all(f"bc.zip{INSIDE}" in str(result.error) for result in results if result.error)


def test_what_is_no_report_is_passed_over(library: Library, tmp_path: Path) -> None:
    parts = {"a.md": report("Hải Đông"), "a.exe": b"MZ", "__MACOSX/._a.md": b"x", ".an.md": b"x", "~$a.docx": b"x", "ghi.log": b"x"}
    assert [result.path for result in library.add([packed(tmp_path / "bc.zip", parts)])] == [f"{tmp_path / 'bc.zip'}{INSIDE}a.md"]
    empty = library.add([packed(tmp_path / "none.zip", {"a.exe": b"MZ"})])
    assert isinstance(empty[0].error, NoTextFound)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.md", "etc/a.md"),
        ("/reports/a.md", "reports/a.md"),
        ("C:\\Windows\\a.md", "Windows/a.md"),
        ("..\\..\\a.md", "a.md"),
        ("a\x07\u202eb.md", "ab.md"),
        ("./x/./a.md", "x/a.md"),
        ("e\u0302.md", "ê.md"),
    ],
)
def test_names_are_data(library: Library, tmp_path: Path, name: str, shown: str) -> None:
    path = tmp_path / "inner" / "bc.zip"
    path.parent.mkdir()
    path.write_bytes(with_name("placeholder-name", name, report("Hải Đông")))
    before = sorted(tmp_path.rglob("*.md"))
    results = library.add([path])
    assert [(result.status, result.path) for result in results] == [("added", f"{path}{INSIDE}{shown}")]
    assert sorted(tmp_path.rglob("*.md")) == before  # nothing is unpacked to disk


def with_name(placeholder: str, name: str, data: bytes) -> bytes:
    """An archive whose member has a name that zipfile would not write as it is."""
    info = zipfile.ZipInfo(placeholder)
    info.filename = name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, data)
    return out.getvalue()


def test_names_in_other_encodings(tmp_path: Path) -> None:
    for raw, flag, expected in [
        ("Báo cáo.md".encode(), 0, "Báo cáo.md"),
        ("Báo cáo.md".encode(), 0x800, "Báo cáo.md"),
        ("B\u00e1o.md".encode("cp1258"), 0, "Báo.md"),
    ]:
        plain = bytearray(zipped({"X" * len(raw): b"x"}))
        for signature, name_at, flag_at in ((b"PK\x03\x04", 30, 6), (b"PK\x01\x02", 46, 8)):
            at = plain.index(signature)
            plain[at + name_at : at + name_at + len(raw)] = raw
            struct.pack_into("<H", plain, at + flag_at, flag)
        path = tmp_path / "a.zip"
        path.write_bytes(plain)
        assert [member.name for member in archives.members(path, "a.zip", {".md"})] == [expected]


def test_two_members_of_one_name_are_both_there(library: Library, tmp_path: Path) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.md", report("Hải Đông"))
            archive.writestr("a.md", report("Hải Tiến"))
    path = tmp_path / "bc.zip"
    path.write_bytes(out.getvalue())
    assert [result.status for result in library.add([path])] == ["added", "added"]
    assert names(library) == [f"bc.zip{INSIDE}a (2).md", f"bc.zip{INSIDE}a.md"]


def nested(depth: int, innermost: bytes) -> bytes:
    data = zipped({"a.md": innermost})
    for level in range(depth - 1):
        data = zipped({f"inner{level}.zip": data})
    return data


def test_archives_in_archives_down_to_a_bound(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "bc.zip"
    path.write_bytes(nested(archives.MOST_DEPTH, report("Hải Đông")))
    results = library.add([path])
    assert [result.path for result in results] == [f"{path}{INSIDE}inner1.zip{INSIDE}inner0.zip{INSIDE}a.md"]
    assert [result.status for result in results] == ["added"]
    path.write_bytes(nested(archives.MOST_DEPTH + 1, report("Hải Tiến")))
    (deep,) = library.add([path])
    assert isinstance(deep.error, FileTooLarge)
    assert "4 archives" in str(deep.error)


def test_bombs_are_named_and_left(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "bomb.zip", {"bomb.txt": b"0" * 30_000_000, "a.md": report("Hải Đông")})
    results = library.add([path])
    assert [result.status for result in results] == ["failed", "added"]
    assert isinstance(results[0].error, FileTooLarge)
    many = packed(tmp_path / "many.zip", {f"{number}.md": b"x" * 600 for number in range(6)})
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1_300)
    kinds = [type(found).__name__ for found in archives.members(many, "many.zip", {".md"})]
    assert kinds == ["Member", "Member", "Refused", "Refused", "Refused", "Refused"]
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    assert [type(found).__name__ for found in archives.members(many, "many.zip", {".md"})] == ["Member", "Refused"]


def test_a_member_that_lies_about_its_size_ends_at_the_limit(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.md": b"x" * 5000})
    member = next(archives.members(path, "a.zip", {".md"}))
    assert isinstance(member, archives.Member)
    with pytest.raises(FileTooLarge, match=r"a\.md"):
        member.archive.read(member.number, "a.md", 4999)


def test_locked_members_and_broken_archives(library: Library, tmp_path: Path) -> None:
    locked = bytearray(zipped({"a.md": report("Hải Đông")}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1
    path = tmp_path / "locked.zip"
    path.write_bytes(locked)
    assert isinstance(library.add([path])[0].error, FileEncrypted)
    whole = zipped({"a.md": report("Hải Đông")})
    path.write_bytes(whole[: len(whole) // 2])
    assert isinstance(library.add([path])[0].error, FileDamaged)
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    path.write_bytes(flipped)
    assert isinstance(library.add([path])[0].error, FileDamaged)


def test_a_document_that_is_packed_is_no_archive(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert not archives.is_archive(path, "a.zip", {".docx"})
    assert not archives.is_archive(path, "a.docx", {".docx"})


def test_links_in_an_archive_are_not_followed(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.md")
    info.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    assert list(archives.members(tmp_path / "a.zip", "a.zip", {".md"})) == []
