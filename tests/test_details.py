"""What users set of a report: understood as people write it, refused with a sentence, kept apart from what was read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from assistant import load_assistant
from index import Library
from index.details import parse_changes, with_edits, written
from index.errors import DetailInvalid, DetailUnknown, ReportNotFound
from index.records import Origin, Period, Place, ReportInfo

REPORT = """ỦY BAN NHÂN DÂN XÃ ĐÔNG SƠN
Số: 218/BC-UBND
Đông Sơn, ngày 14 tháng 12 năm 2022

BÁO CÁO
Kết quả thực hiện nhiệm vụ năm 2022 của xã Đông Sơn

Tỷ lệ hộ dân dùng nước sạch đạt 85,1%. Xã có 8 thôn.
"""


@pytest.fixture
def report(library: Library, tmp_path: Path) -> ReportInfo:
    (tmp_path / "bc.txt").write_text(REPORT, encoding="utf-8")
    added = library.add([tmp_path / "bc.txt"])[0].report
    assert added is not None
    return added


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("period", "2023", "2023"),
        ("period", "quý II/2023", "2023-04/2023-06"),
        ("period", "6 tháng đầu năm 2023", "2023-01/2023-06"),
        ("period", "first 6 months of 2023", "2023-01/2023-06"),
        ("period", "2021–2025", "2021/2025"),
        ("period", "2023-06", "2023-06"),
        ("date", "28/12/2022", "2022-12-28"),
        ("date", "ngày 28 tháng 12 năm 2022", "2022-12-28"),
        ("place", "xã Hải Đông", "commune:Hải Đông"),
        ("place", "Hải Đông", "other:Hải Đông"),
        ("number", " 12/BC-UBND ", "12/BC-UBND"),
        ("title", "Báo ca\u0301o\u00a0năm\n2022", "Báo cáo năm 2022"),
        ("issuer", "", ""),
    ],
)
def test_values_are_understood_as_people_write_them(field: str, typed: str, kept: str) -> None:
    assert written(field, typed) == kept  # type: ignore[arg-type]
    assert written(field, kept) == kept  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("period", "abc"),
        ("period", "2022 và 2023"),
        ("period", "2023-13"),
        ("period", "1022"),
        ("date", "31/02/2022"),
        ("date", "2022"),
        ("date", "khoảng 28/12/2022"),
        ("place", "xã Hải Đông, huyện Khe Vàng"),
        ("place", "12"),
        ("title", "x" * 301),
        ("number", "a\u202eb\x00c"),
    ],
)
def test_what_cannot_be_is_refused_with_value_rule_and_next_step(field: str, typed: str) -> None:
    with pytest.raises(DetailInvalid) as refusal:
        written(field, typed)  # type: ignore[arg-type]
    for language, allowed, step in (("en", "It takes", "set it again"), ("vi", "Mục này nhận", "đặt lần nữa")):
        sentence = refusal.value.message(language)
        assert field in sentence
        assert repr(typed.strip()[:80]) in sentence
        assert allowed in sentence
        assert step in sentence


def test_fields_are_named_and_year_means_the_period() -> None:
    assert parse_changes(["year=2023", "Place=xã Hải Đông", "number="]) == {
        "period": "2023",
        "place": "commune:Hải Đông",
        "number": "",
    }
    for wrong in ("colour=red", "2023"):
        with pytest.raises(DetailUnknown, match="title=…, issuer=…, number=…, date=…, place=…, period=…"):
            parse_changes([wrong])


def test_each_detail_says_where_it_was_read(library: Library, report: ReportInfo) -> None:
    text = library.report(report.id).text
    read = {detail.field: detail for detail in report.as_read}
    assert report.number == "218/BC-UBND"

    def stands(field: str) -> str:
        origin = report.origin(field)  # type: ignore[arg-type]
        assert origin is not None
        assert origin.kind == "text"
        return text[origin.start : origin.end]

    assert stands("number") == "218/BC-UBND"
    assert stands("date") == "ngày 14 tháng 12 năm 2022"
    assert stands("issuer") == "ỦY BAN NHÂN DÂN XÃ ĐÔNG SƠN"
    assert stands("period") == "năm 2022"
    assert stands("place").casefold().endswith("đông sơn")
    assert " ".join(stands("title").split()) == "BÁO CÁO Kết quả thực hiện nhiệm vụ năm 2022 của xã Đông Sơn"
    assert read["period"].value == "2022"


def test_set_details_are_kept_used_and_taken_back(library: Library, report: ReportInfo) -> None:
    after = library.set_details(report.id, {"period": "2023", "number": "7/BC"})
    assert (after.period, after.number, after.origin("period")) == (Period(2023), "7/BC", Origin("user"))
    assert library.reports() == [after]
    assert after.place == report.place
    back = library.set_details(report.id, {"period": "", "number": ""})
    assert back == report


def test_a_year_that_was_set_constrains_answers_at_once(library: Library, report: ReportInfo) -> None:
    assistant = load_assistant(library)
    question = "Năm {} tỷ lệ hộ dân dùng nước sạch là bao nhiêu?"
    assert assistant.answer(question.format(2022)).answered
    assert not assistant.answer(question.format(2023)).answered
    library.set_details(report.id, {"period": "2023"})
    answer = assistant.answer(question.format(2023))
    assert answer.value is not None
    assert answer.value.text == "85,1%"
    assert not assistant.answer(question.format(2022)).answered


def test_a_new_title_is_searched_and_the_old_one_is_not(library: Library, report: ReportInfo) -> None:
    before = len(library.passages(report.id))
    library.set_details(report.id, {"title": "Sổ tay quýt hồng"})
    found = library.search("quýt hồng")
    assert [one.passage.report_id for one in found[:1]] == [report.id]
    assert found[0].arms
    assert len(library.passages(report.id)) == before
    assert library.check() == []
    library.set_details(report.id, {"title": ""})
    assert library.report(report.id).title == report.title
    assert library.check() == []


def test_what_was_set_outlives_another_reading_and_a_rebuild(library: Library, report: ReportInfo, tmp_path: Path) -> None:
    library.set_details(report.id, {"period": "2019", "title": "Tên của tôi"})
    (tmp_path / "bc.txt").write_text(REPORT.replace("8 thôn", "9 thôn").replace("218", "219"), encoding="utf-8")
    result = library.add([tmp_path / "bc.txt"])[0]
    assert result.status == "updated"
    library.rebuild()
    held = library.report(report.id)
    assert (held.period, held.title, held.number) == (Period(2019), "Tên của tôi", "219/BC-UBND")
    assert "9 thôn" in held.text
    assert library.set_details(report.id, {"title": "", "period": ""}).period == Period(2022)


def test_an_upload_whose_title_was_set_is_still_known_again(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(REPORT, encoding="utf-8")
    first = library.add([path], names={path: "bc.txt"})[0].report
    assert first is not None
    library.set_details(first.id, {"title": "Tên của tôi", "place": "xã Khác"})
    path.write_text(REPORT + "\nThêm một câu.\n", encoding="utf-8")
    second = library.add([path], names={path: "bc.txt"})[0]
    assert second.status == "updated"
    assert [(info.id, info.title, info.place) for info in library.reports()] == [
        (first.id, "Tên của tôi", Place("Khác", "commune"))
    ]


def test_removing_forgets_what_was_set(library: Library, report: ReportInfo, tmp_path: Path) -> None:
    library.set_details(report.id, {"period": "2019"})
    library.remove(report.id)
    with pytest.raises(ReportNotFound):
        library.set_details(report.id, {"period": "2020"})
    assert library.add([tmp_path / "bc.txt"])[0].report == library.reports()[0]
    assert library.reports()[0].period == Period(2022)


def test_a_library_without_these_columns_is_opened_as_it_is(library: Library, report: ReportInfo, tmp_path: Path) -> None:
    path = library.directory / "catalog.sqlite"
    with sqlite3.connect(path) as connection:
        for column in ("number", "as_read", "edits"):
            connection.execute(f"ALTER TABLE reports DROP COLUMN {column}")
    connection.close()
    with Library.open(library.directory, embedder=library._embedder) as opened:
        old = opened.reports()[0]
        assert (old.title, old.number, old.edits, old.origin("title")) == (report.title, "", (), None)
        opened.set_details(old.id, {"title": "Khác", "number": "1/BC"})
        assert opened.set_details(old.id, {"title": ""}).title == report.title
        assert opened.reports()[0].number == "1/BC"


def test_editing_never_changes_what_was_read(report: ReportInfo) -> None:
    changed = with_edits(report, {"place": "commune:Hải Đông", "date": "2020-01-01"})
    assert changed.as_read == report.as_read
    assert with_edits(changed, {}) == report
